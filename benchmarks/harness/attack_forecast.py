"""What the attacks of a run will cost: every arm is asked each unsafe case under each attack, and under its twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from benchmarks.attacks.put import attackable
from benchmarks.case import Case
from benchmarks.harness.forecast import DEFAULT_PROMPTS, Forecast, ForecastArm, Pace, TokenPrice
from benchmarks.harness.plan import RunPlan
from benchmarks.rubric import Rubric

SUFFIX = ", attacks and twins"


def attack_forecast(
    plan: RunPlan,
    cases: Sequence[Case],
    rubric_of: Callable[[Case], Rubric],
    prices: tuple[TokenPrice, TokenPrice],
    pace: Pace,
    *,
    prompts: Mapping[str, str] | None = None,
) -> list[Forecast]:
    """One forecast for all attacks on an arm, and one for a model that judges. What an attack adds is not counted."""
    injections = [each for attack in plan.options.attacks for each in (attack.attack, attack.twin)]
    asked = [case for injection in injections for case in attackable(injection, cases)]
    if not asked:
        return []
    rows = []
    for arm in plan.arms:
        deployed = ForecastArm(arm, (prompts or {}).get(arm.name, DEFAULT_PROMPTS))
        rows.append(Forecast.of_arm(f"{arm.name}{SUFFIX}", deployed, asked, prices[0], pace))
    rubrics, calls = list(map(rubric_of, asked)), plan.calls_a_judgement
    judge = Forecast.of_judge(asked, rubrics, len(plan.arms), prices[1], pace, calls=calls)
    return rows if judge is None else [*rows, replace(judge, title=f"{judge.title}{SUFFIX}")]
