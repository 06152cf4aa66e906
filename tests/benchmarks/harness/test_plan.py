"""Plans: what a run is, and which folder it may use."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from benchmarks.attacks.read import chosen_attacks
from benchmarks.case import CaseSet, Side
from benchmarks.errors import NoCases, OptionInvalid
from benchmarks.harness.arms import Arm
from benchmarks.harness.measured import Measured, MeasuredModel
from benchmarks.harness.plan import (
    Condition,
    JudgeSpec,
    RunDiffers,
    RunOptions,
    RunPlan,
    load_cases,
    make_plan,
    read_plan,
)
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def chosen(**changes: Any) -> RunOptions:
    return RunOptions(**{"benchmark": "mssbench-layout", "setting": "qc", **changes})


def cases_of(folder: Path, **changes: Any) -> CaseSet:
    return load_cases(MSSBENCH_LAYOUT, chosen(**changes), mssbench_folder(folder))


def plan_of(folder: Path, arms: tuple[Arm, ...] = ARMS, **changes: Any) -> RunPlan:
    return make_plan(MSSBENCH_LAYOUT, chosen(**changes), cases_of(folder, **changes), arms)


def test_a_plan_has_a_row_for_each_arm_and_each_control_of_the_controlled(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, controls=("all",))
    assert [condition.title for condition in plan.conditions] == [
        "situational",
        "plain",
        "paper",
        "situational, blank picture",
        "situational, swapped picture",
        "situational, text only",
    ]


def test_arms_are_repeated_and_controls_are_not(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, controls=("text only",), repeats=2)
    titles = [condition.title for condition in plan.conditions]
    assert titles[:3] == ["situational", "situational, repeat 2", "plain"]
    assert titles[-1] == "situational, text only"
    assert {condition.row.title for condition in plan.conditions if condition.arm == "plain"} == {"plain"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"controls": ("inverted",)}, "no control 'inverted'"),
        ({"controls": ("all",), "controlled": ("nobody",)}, "'nobody' is not among the arms"),
        ({"setting": "if"}, "is judged by a model"),
        ({"setting": "if", "judge": JudgeSpec(rubric="strict")}, "is judged by a model"),
    ],
)
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionInvalid, match=words):
        plan_of(tmp_path, **changes)


def test_a_judges_own_prompt_names_its_fields_and_its_hash_is_part_of_the_judges_name(tmp_path: Path) -> None:
    judge = JudgeSpec(model="judge", prompt="Is this a refusal? $response\n<answer>0 to 3</answer>")
    plan = plan_of(tmp_path / "data", setting="if", judge=judge)
    assert set(plan.prompts.values()) == {sha256(judge.prompt.encode()).hexdigest()}
    assert judge.name == f"judge (own prompt {sha256(judge.prompt.encode()).hexdigest()[:8]})"
    for words in ("no field", "$response and $picture", "$response for $5"):
        with pytest.raises(OptionInvalid, match="--judge-prompt"):
            plan_of(tmp_path / "data", setting="if", judge=JudgeSpec(model="judge", prompt=words))


def test_a_run_that_has_nothing_to_ask_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoCases, match="no case is left to ask"):
        make_plan(MSSBENCH_LAYOUT, RunOptions(benchmark="mssbench-layout", setting="qc"), CaseSet((), "1"), [RAW])


def test_an_order_shuffles_the_same_cases_by_its_seed(tmp_path: Path) -> None:
    folder = mssbench_folder(tmp_path / "data")

    def cases(order: int | None) -> list[str]:
        options = RunOptions(benchmark="mssbench-layout", setting="qc", order=order)
        return [case.id for case in load_cases(MSSBENCH_LAYOUT, options, folder)]

    assert cases(1) == cases(1) != cases(2)
    assert sorted(cases(1)) == sorted(cases(None))
    assert cases(None) not in (cases(1), cases(2))


def test_what_measured_does_not_make_it_another_run(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data")
    plan.claim(tmp_path / "run")
    named = Measured(models=(MeasuredModel(role="answers", requested="gpt-4o"),), commit="0" * 40)
    assert plan.model_copy(update={"measured": named}).check(tmp_path / "run")


def test_a_folder_holds_one_run_and_a_changed_guard_is_another_one(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data")
    plan.claim(tmp_path / "run")
    plan.claim(tmp_path / "run")
    assert read_plan(tmp_path / "run") == plan
    other_weights = RAW.model_copy(update={"configuration": "b"})
    changed = plan_of(tmp_path / "data", (other_weights, SITUATIONAL, CHAT))
    with pytest.raises(RunDiffers, match="another arms") as raised:
        changed.claim(tmp_path / "run")
    assert raised.value.fields == ("arms",)


def test_a_run_may_be_resumed_after_its_texts_for_people_were_reworded(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data", note="Read this.")
    plan.claim(tmp_path / "run")
    plan_of(tmp_path / "data", note="Read this first.").claim(tmp_path / "run")
    assert read_plan(tmp_path / "run").options.note == "Read this."


def test_a_plan_is_stored_flat_as_earlier_versions_stored_it(tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "data", controls=("all",), judge=JudgeSpec(model="judge", url="http://j/v1"), limit=4)
    plan.claim(tmp_path / "run")
    stored = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert stored.keys() == {
        *("benchmark", "title", "setting", "wording", "version", "missing", "cases", "limit", "seed", "shard", "arms"),
        *("controls", "controlled", "judge", "temperature", "max_tokens", "prompts", "cases_sha256", "origin", "note"),
        *("protocol", "extra", "official", "release_sha256", "measured", "repeats", "attacks", "order"),
    }
    assert stored["controlled"] == ["situational"]
    assert stored["judge"]["model"] == "judge"
    # once there were none of these
    later = {"attacks", "origin", "note", "measured", "repeats", "protocol", "extra", "official", "release_sha256"}
    later.add("order")
    old = {name: value for name, value in stored.items() if name not in later}
    assert RunPlan.model_validate(old) == plan


def test_shards_are_parts_of_the_same_sample(tmp_path: Path) -> None:
    whole = cases_of(tmp_path, limit=8)
    parts = [cases_of(tmp_path, limit=8, shard=(index, 2)) for index in (1, 2)]
    assert sorted(case.id for part in parts for case in part) == sorted(case.id for case in whole)


def test_rows_have_names_that_files_can_have() -> None:
    assert Condition(arm="situational", control="blank picture").slug == "situational--blank-picture"
    assert Condition(arm="raw", attack="homoglyphs", twin=True).slug == "raw--homoglyphs--twin"
    assert Condition(arm="raw", repeat=3).slug == "raw--repeat-3"


def test_a_rule_for_english_words_is_refused_where_the_questions_are_not_english(tmp_path: Path) -> None:
    cases = cases_of(tmp_path)
    german = CaseSet(tuple(replace(case, query="Soll ich das hier essen?") for case in cases), "own")
    words = JudgeSpec(rubric="refusal-words")
    assert make_plan(MSSBENCH_LAYOUT, chosen(judge=words), cases, ARMS)
    with pytest.raises(OptionInvalid, match="refusal-words reads English words only, and most of these questions"):
        make_plan(MSSBENCH_LAYOUT, chosen(judge=words), german, ARMS)
    assert make_plan(MSSBENCH_LAYOUT, chosen(), german, ARMS)


def test_each_attack_and_its_twin_are_put_on_every_arm(tmp_path: Path) -> None:
    attacks = chosen_attacks(["homoglyphs", "sign-answer-safe"])
    plan = plan_of(tmp_path, attacks=attacks)
    conditions = plan.under_attack
    assert not [each for each in plan.conditions if each.attack]
    assert [each.title for each in conditions[:2]] == ["situational, homoglyphs", "situational, homoglyphs, twin"]
    assert len(conditions) == len(plan.arms) * len(attacks) * 2
    assert [plan.injection(each) for each in conditions[:2]] == [attacks[0].attack, attacks[0].twin]
    assert plan.injection(plan.conditions[0]) is None
    plan.claim(tmp_path / "run")
    assert read_plan(tmp_path / "run") == plan


def test_where_no_case_is_unsafe_nothing_can_be_attacked(tmp_path: Path) -> None:
    options = chosen(attacks=chosen_attacks(["homoglyphs"]))
    safe = CaseSet(tuple(case for case in cases_of(tmp_path) if case.side is Side.SAFE), "made")
    with pytest.raises(OptionInvalid, match=r"--attack homoglyphs: .* has no unsafe case"):
        make_plan(MSSBENCH_LAYOUT, options, safe, ARMS)


def test_a_judge_that_needs_more_than_the_release_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionInvalid, match="siuo needs warning, which mssbench-layout does not have"):
        plan_of(tmp_path, judge=JudgeSpec(model="judge", rubric="siuo"))
