"""What attacks are expected to cost."""

from __future__ import annotations

from pathlib import Path

from benchmarks.attacks.read import chosen_attacks
from benchmarks.case import Side
from benchmarks.harness.attack_forecast import SUFFIX, attack_forecast
from benchmarks.harness.forecast import Forecast, Pace, TokenPrice
from benchmarks.harness.plan import JudgeSpec, RunOptions, load_cases, make_plan
from benchmarks.mssbench import MSSBENCH_LAYOUT
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.arms import RAW, SITUATIONAL

PRICES = TokenPrice(1, 10), TokenPrice()


def rows_of(folder: Path, *attacks: str) -> tuple[dict[str, Forecast], int]:
    """The forecasts by title, and how many cases are unsafe."""
    options = RunOptions(
        benchmark="mssbench-layout",
        setting="if",
        attacks=chosen_attacks(attacks),
        controls=("all",),
        judge=JudgeSpec(model="judge"),
    )
    cases = load_cases(MSSBENCH_LAYOUT, options, mssbench_folder(folder))
    plan = make_plan(MSSBENCH_LAYOUT, options, cases, [RAW, SITUATIONAL])
    rows = attack_forecast(plan, cases.cases, MSSBENCH_LAYOUT.rubric, PRICES, Pace(2.0, 4))
    return {row.title: row for row in rows}, sum(case.side is Side.UNSAFE for case in cases)


def test_each_attack_and_its_twin_ask_every_arm_each_unsafe_case(tmp_path: Path) -> None:
    rows, unsafe = rows_of(tmp_path, "claim", "second-picture-safe-side")
    assert {title: row.requests for title, row in rows.items()} == {
        f"plain{SUFFIX}": 6 * unsafe,
        f"situational{SUFFIX}": 6 * unsafe,
        f"judge{SUFFIX}": 2 * 6 * unsafe,
    }
    assert rows[f"situational{SUFFIX}"].calls > rows[f"plain{SUFFIX}"].calls == 6 * unsafe
    assert rows[f"plain{SUFFIX}"].dollars > 0


def test_without_an_attack_there_is_nothing_to_forecast(tmp_path: Path) -> None:
    assert rows_of(tmp_path)[0] == {}
