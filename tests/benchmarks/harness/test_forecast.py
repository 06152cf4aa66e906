"""What a run is expected to cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.case import Side
from benchmarks.controls import text_only
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import BESIDE, Pace, TokenPrice, forecast, steps
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
