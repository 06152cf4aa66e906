"""What is found out before a run: pictures that are none, endpoints that refuse, and who replied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.case import CaseSet, Side, ask
from benchmarks.harness.arms import Arm
from benchmarks.harness.endpoint import Address
from benchmarks.harness.measured import MeasuredModel
from benchmarks.harness.plan import JudgeSpec, RunOptions, load_cases, make_plan
from benchmarks.harness.preflight import EndpointUnusable, PicturesUnreadable, checked_pictures, measure
from benchmarks.harness.run import BenchmarkRun, Execution
from benchmarks.mssbench import MSSBENCH_LAYOUT
from benchmarks.pictures import Picture
from tests.benchmarks.folders import mssbench_folder, picture_bytes
from tests.benchmarks.harness.upstream import Body, Fails, Say, text_of, upstream
from tests.benchmarks.scores import case


def pictured(name: str, data: bytes, folder: Path) -> CaseSet:
    """A set of one case over one picture file."""
    path = folder / name
    path.write_bytes(data)
    asked = case(name, Side.SAFE)
    return CaseSet((replace(asked, turns=ask("What is it?", Picture.of(path))),), "1")


def test_every_picture_that_does_not_decode_is_named_at_once_and_partial_leaves_its_questions_out(
    tmp_path: Path,
) -> None:
    whole = picture_bytes(1)
    good, cut, other = (
        pictured(name, data, tmp_path)
        for name, data in (
            ("good.png", whole),
            ("cut.png", whole[: whole.index(b"IDAT") + 6]),
            ("other.png", whole[:40]),
        )
    )
    cases = CaseSet((*good.cases, *cut.cases, *other.cases), "1")
    with pytest.raises(PicturesUnreadable, match="2 pictures cannot be read") as raised:
        checked_pictures(cases, partial=False)
    assert {Path(name).name for name in raised.value.problems} == {"cut.png", "other.png"}
    kept = checked_pictures(cases, partial=True)
    assert [each.id for each in kept] == ["good.png/safe"]
    assert len(kept.missing) == 2


def run_over(server_url: str, folder: Path, judge: JudgeSpec | None = None) -> BenchmarkRun:
    """A run that has asked nothing yet, over one arm of a plain endpoint."""
    options = RunOptions(benchmark="mssbench-layout", setting="if" if judge else "qc", judge=judge)
    cases = load_cases(MSSBENCH_LAYOUT, options, mssbench_folder(folder / "data"))
    plan = make_plan(MSSBENCH_LAYOUT, options, cases, [Arm(name="gpt", method="raw")])
    return BenchmarkRun(plan, MSSBENCH_LAYOUT, {each.id: each for each in cases}, folder / "run", Execution())


def refuses(status: int, code: str, words: str, who: str) -> Say:
    def say(role: str, body: Body) -> str:
        if body["model"] == who:
            raise Fails(status, code, words)
        return "<answer>1</answer>" if "<answer>" in text_of(body) else "Yes."

    return say


def test_every_arm_and_judge_is_asked_once_and_the_names_that_replied_are_kept(tmp_path: Path) -> None:
    with upstream(lambda role, body: "Yes.") as server:
        judge = JudgeSpec(model="a-judge", url=server.url)
        unlearned = {"gpt": ("sia_answer",), "not chosen": ("sia_answer",)}
        measured = measure(run_over(server.url, tmp_path, judge), Address(server.url), {}, unlearned)
        assert server.calls == 2
        host = Address(server.url).host
    assert measured.models == (
        MeasuredModel(role="gpt", requested="gpt", returned=("scripted",), host=host),
        MeasuredModel(role="judge", requested="a-judge", returned=("scripted",), host=host),
    )
    assert {"python", "inspect-ai", "openai"} <= measured.versions.keys()
    assert measured.unlearned == {"gpt": ("sia_answer",)}


def test_an_endpoint_that_refuses_ends_the_run_in_its_own_words_with_what_to_try(tmp_path: Path) -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    with upstream(refuses(400, "unsupported_parameter", words, "gpt-5")) as server:
        judge = JudgeSpec(model="gpt-5", url=server.url)
        with pytest.raises(EndpointUnusable) as raised:
            measure(run_over(server.url, tmp_path, judge), Address(server.url), {})
    assert words in str(raised.value)
    assert "--judge-token-field max_completion_tokens" in str(raised.value)
    with upstream(refuses(401, "invalid_api_key", "Incorrect API key provided", "gpt")) as server:
        with pytest.raises(EndpointUnusable, match="arm gpt does not answer: 401"):
            measure(run_over(server.url, tmp_path / "other"), Address(server.url), {})
        assert server.calls == 1
