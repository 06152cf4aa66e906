"""What a run is expected to cost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import Pace, TokenPrice, agent_calls, forecast
from benchmarks.harness.plan import RunOptions, load_cases, make_plan
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.arms import ARMS, CHAT, RAW, SITUATIONAL


def test_a_forecast_counts_calls_by_method_and_prices_them(tmp_path: Path) -> None:
    assert (agent_calls(RAW), agent_calls(CHAT), agent_calls(SITUATIONAL)) == (0, 2, 4)
    options = RunOptions(benchmark="mssbench-layout", setting="qc")
    loaded = load_cases(MSSBENCH_LAYOUT, options, mssbench_folder(tmp_path))
    plan, cases = make_plan(MSSBENCH_LAYOUT, options, loaded, ARMS), loaded.cases
    rubrics = [MSSBENCH_LAYOUT.rubric(case) for case in cases]
    rows = forecast(plan, cases, rubrics, (TokenPrice(1, 10), TokenPrice()), Pace(2.0, 4))
    by_title = {row.title: row for row in rows}
    assert "judge" not in by_title
    assert by_title["plain"].calls == len(cases)
    assert by_title["situational"].calls == 5 * len(cases)
    assert by_title["plain"].seconds == len(cases) * 2.0 / 4
    assert by_title["plain"].dollars == pytest.approx(TokenPrice(1, 10).of(by_title["plain"].tokens))
    assert TokenPrice(2.5, 10).of(Tokens(1_000_000, 100_000)) == 3.5
