"""What the attacks of a run will cost: every arm is asked each unsafe case under each attack, and under its twin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from benchmarks.attacks.put import attackable
from benchmarks.case import Case
from benchmarks.harness.forecast import Forecast, Pace, TokenPrice, forecast
from benchmarks.harness.plan import RunPlan
from benchmarks.rubric import Rubric

SUFFIX = ", attacks and twins"


def attack_forecast(
    plan: RunPlan,
    cases: Sequence[Case],
    rubric_of: Callable[[Case], Rubric],
    prices: tuple[TokenPrice, TokenPrice],
    pace: Pace,
) -> list[Forecast]:
    """One forecast for all attacks on an arm, and one for a model that judges. What an attack adds is not counted."""
    injections = [each for attack in plan.options.attacks for each in (attack.attack, attack.twin)]
    asked = [case for injection in injections for case in attackable(injection, cases)]
    if not asked:
        return []
    uncontrolled = plan.options.model_copy(update={"controls": (), "controlled": ()})
    only_arms = plan.model_copy(update={"options": uncontrolled})
    rows = forecast(only_arms, asked, list(map(rubric_of, asked)), prices, pace)
    counted = {*(arm.name for arm in plan.arms), "judge"}
    return [replace(row, title=f"{row.title}{SUFFIX}") for row in rows if row.title in counted]
