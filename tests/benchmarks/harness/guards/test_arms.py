"""Guards of others as arms: their files, their names, and who answers."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from benchmarks.errors import FileInvalid, FileMissing, OptionInvalid
from benchmarks.harness.arms import Arm
from benchmarks.harness.guards.arms import ADAPTERS, by_threshold, outside_arms, read_guards
from benchmarks.harness.guards.base import REFUSAL, GuardSays
from tests.benchmarks.harness.guards.served import Body, asked, completion

RAW = Arm(name="raw", method="raw", answers="gpt", configuration="abc")
SITUATIONAL = Arm(name="situational", method="situational", configuration="def")


def moderation(path: str, body: Body) -> tuple[int, Body]:
    """Flags everything that is asked of the moderation endpoint with a score of 0.7; answers everything else."""
    if path == "/moderations":
        found = {
            "flagged": body["model"] == "strict",
            "categories": {"violence": True},
            "category_scores": {"violence": 0.7},
        }
        return 200, {"id": "m", "model": body["model"], "results": [found]}
    return 200, completion(f"{body['model']} answers.")


def test_the_file_that_comes_with_the_project_names_every_adapter(tmp_path: Path) -> None:
    known = tmp_path / "guards.yaml"
    known.write_text(files("benchmarks").joinpath("guards.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert {spec.adapter for spec in read_guards(known)} == set(ADAPTERS)


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    path = tmp_path / "guards.yaml"
    with pytest.raises(FileMissing):
        read_guards(path)
    for text, words in {
        "name: a\nadapter: nobody\nurl: u": "no adapter 'nobody'; there are openai-moderation",
        "name: a\nadapter: litellm": "url",
        "name: a\nadapter: litellm\nurl: u\nkey: secret": "key",
        "[": "expected",
    }.items():
        path.write_text(text, encoding="utf-8")
        with pytest.raises(FileInvalid, match=words):
            read_guards(path)


def test_a_guard_is_an_arm_whose_identity_changes_with_its_file_and_with_who_answers(tmp_path: Path) -> None:
    path = tmp_path / "guards.yaml"
    path.write_text("name: omni\nadapter: openai-moderation\nurl: http://x/v1\nmodel: omni", encoding="utf-8")
    specs = read_guards(path)
    (arm,) = outside_arms(specs, [SITUATIONAL, RAW])
    assert (arm.name, arm.method, arm.answers) == ("omni", "openai-moderation", "gpt")
    assert arm.outside is not None
    assert arm.outside.answers == "raw"
    others = (
        outside_arms([specs[0].model_copy(update={"threshold": 0.5})], [RAW])[0],
        outside_arms(specs, [RAW.model_copy(update={"configuration": "new"})])[0],
        outside_arms([specs[0].model_copy(update={"answers": "situational"})], [SITUATIONAL, RAW])[0],
    )
    assert len({arm.configuration, *(other.configuration for other in others)}) == 4
    assert not outside_arms(specs, [RAW.model_copy(update={"configuration": ""})])[0].configuration


def test_a_name_that_is_taken_and_an_answering_arm_that_is_not_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "guards.yaml"
    path.write_text("name: raw\nadapter: litellm\nurl: http://x/v1", encoding="utf-8")
    (spec,) = read_guards(path)
    with pytest.raises(OptionInvalid, match="name of another arm"):
        outside_arms([spec], [RAW])
    with pytest.raises(OptionInvalid, match="answers 'nobody' is no arm"):
        outside_arms([spec.model_copy(update={"name": "it", "answers": "nobody"})], [RAW])


def test_what_the_guard_lets_through_is_answered_by_the_arm_and_the_rest_refused() -> None:
    lax = asked(moderation, {"adapter": "openai-moderation", "answers": "raw"})
    assert lax.text == "raw answers."
    assert lax.guard == {"verdict": "safe", "action": "release", "categories": ["violence"], "score": 0.7}
    strict = asked(moderation, {"adapter": "openai-moderation", "answers": "raw", "model": "strict"})
    assert strict.text == REFUSAL
    assert (strict.guard["verdict"], strict.guard["action"]) == ("unsafe", "refuse")


def test_tokens_of_guard_and_answer_are_counted_together() -> None:
    reply = asked(lambda path, body: (200, completion("safe")), {"adapter": "llama-guard", "answers": "raw"})
    assert (reply.tokens.input, reply.tokens.output) == (14, 6)


def test_a_threshold_flags_by_the_score_where_there_is_one() -> None:
    says = GuardSays("safe", score=0.4)
    assert by_threshold(says, None).verdict == "safe"
    assert by_threshold(says, 0.4).verdict == "unsafe"
    assert by_threshold(GuardSays("unsafe", score=0.3), 0.4).verdict == "safe"
    assert by_threshold(GuardSays("unsafe"), 0.4).verdict == "unsafe"
