"""What a run is expected to cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from agents.prompts import PromptSet
from benchmarks.case import Case, Side
from benchmarks.controls import text_only
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import (
    BESIDE,
    WARNING,
    Forecast,
    ForecastArm,
    Pace,
    TokenPrice,
    forecast,
    steps,
    with_companion,
)
from benchmarks.harness.plan import JudgeSpec, RunOptions, load_cases, make_plan
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def test_a_forecast_counts_calls_by_method_and_prices_them(tmp_path: Path) -> None:
    options = RunOptions(benchmark="mssbench-layout", setting="qc")
    loaded = load_cases(MSSBENCH_LAYOUT, options, mssbench_folder(tmp_path))
    plan, cases = make_plan(MSSBENCH_LAYOUT, options, loaded, ARMS), loaded.cases
    rubrics = [MSSBENCH_LAYOUT.rubric(case) for case in cases]
    rows = forecast(plan, cases, rubrics, (TokenPrice(1, 10), TokenPrice()), Pace(2.0, 4))
    by_title = {row.title: row for row in rows}
    safe = next(case for case in cases if case.side is Side.SAFE)
    unsafe = next(case for case in cases if case.side is Side.UNSAFE)
    for arm, calls in ((RAW, 0), (CHAT, 2), (SITUATIONAL, 3)):
        assert len(steps(arm, safe)) == calls
    assert len(steps(SITUATIONAL, unsafe)) == 5  # the warning and its review
    assert len(steps(SITUATIONAL, text_only([safe])[0])) == 2  # nothing to look at
    first = len(steps(SITUATIONAL, cases[0])) + len(steps(CHAT, cases[0])) + 3
    assert by_title[BESIDE].calls == first
    assert "judge" not in by_title
    assert by_title["plain"].calls == len(cases)
    assert by_title["situational"].calls == 5 * len(cases)
    assert by_title["plain"].seconds == len(cases) * 2.0 / 4
    assert by_title["plain"].dollars == pytest.approx(TokenPrice(1, 10).of(by_title["plain"].tokens))
    assert TokenPrice(2.5, 10).of(Tokens(1_000_000, 100_000)) == 3.5


def test_one_call_in_place_of_three_is_counted_as_one(tmp_path: Path) -> None:
    case = mssbench_cases(tmp_path)[0]
    arm = SITUATIONAL.model_copy(update={"fused": True, "agents": (*SITUATIONAL.agents, "onlooker")})
    assert [step.prompt for step in steps(arm, case) if step not in WARNING] == ["fused", "onlooker"]
    assert [step.prompt for step in steps(arm, text_only([case])[0]) if step not in WARNING] == ["fused", "onlooker"]


def test_what_an_arm_has_kept_of_a_picture_is_not_asked_for_again(tmp_path: Path) -> None:
    cases = [case for case in mssbench_cases(tmp_path) if case.side is Side.SAFE]
    looks = len({tuple(picture.sha256 for picture in case.pictures) for case in cases})
    forgets, keeps = (ForecastArm(SITUATIONAL.model_copy(update={"keeps_scenes": kept})) for kept in (False, True))
    first, second, third = (
        Forecast.of_arm("", arm, cases, TokenPrice(), Pace(1, 1)) for arm in (forgets, keeps, keeps)
    )
    assert (first.calls, second.calls, third.calls) == (4 * len(cases), 3 * len(cases) + looks, 3 * len(cases))


def test_a_companion_s_tokens_are_input(tmp_path: Path) -> None:
    (case, *_) = mssbench_cases(tmp_path)
    raw, vcd, coca = (
        Forecast.of_arm("", ForecastArm(RAW.model_copy(update={"method": name})), [case], TokenPrice(), Pace(1, 1))
        for name in ("raw", "vcd", "coca")
    )
    assert vcd.tokens == coca.tokens == with_companion(raw.tokens)
    assert with_companion(Tokens(100, 10)) == Tokens(210, 10)
    judged = SITUATIONAL.model_copy(update={"contrasted": ("situation",)})
    (_, _, plain), (_, _, contrasted) = (list(steps(arm, case))[:3] for arm in (SITUATIONAL, judged))
    prompts = PromptSet.load("default")
    assert contrasted.tokens(case, prompts) == with_companion(plain.tokens(case, prompts))
    assert contrasted.tokens(text_only([case])[0], prompts) == plain.tokens(text_only([case])[0], prompts)


def mssbench_cases(folder: Path) -> Sequence[Case]:
    return load_cases(
        MSSBENCH_LAYOUT, RunOptions(benchmark="mssbench-layout", setting="qc"), mssbench_folder(folder)
    ).cases


def test_a_panel_is_counted_with_the_most_calls_that_it_may_make(tmp_path: Path) -> None:
    model = {"model": "m", "url": "http://j/v1"}
    seats = [{"model": "one", "role": role} for role in ("a", "b", "c")]
    jury = {"kind": "jury", "models": {"one": model}, "jurors": seats, "rounds": 1}
    judge = JudgeSpec.model_validate({"panel": jury})
    options = RunOptions(benchmark="mssbench-layout", setting="if", judge=judge)
    loaded = load_cases(MSSBENCH_LAYOUT, options, mssbench_folder(tmp_path))
    plan = make_plan(MSSBENCH_LAYOUT, options, loaded, [RAW])
    rubrics = [MSSBENCH_LAYOUT.rubric(case) for case in loaded]
    (*_, judged) = forecast(plan, loaded.cases, rubrics, (TokenPrice(), TokenPrice()), Pace(2.0, 4))
    assert judged.title == "judge, at most 6 calls each"
    assert (judged.requests, judged.calls) == (len(loaded), 6 * len(loaded) + 1)
