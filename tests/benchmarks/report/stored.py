"""A run in memory, as it is read back from a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.case import Case
from benchmarks.harness.arms import Arm
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.plan import RunOptions, RunPlan
from benchmarks.judges import Judgement, Outcome
from benchmarks.pocketworld.evaluation.benchmark import POCKETWORLD
from benchmarks.report.rows import FinishedRun
from tests.benchmarks.report.made import CASES

Right = Callable[[str, Case, int], bool]  # arm, case, repeat


def stored_run(right: Right, *arms: str, repeats: int = 1, cases: list[Case] | None = None) -> FinishedRun:
    """A run over these arms, the first without a guard, in which `right` says what was right."""
    asked = {case.id: case for case in cases or CASES}
    plan = RunPlan(
        options=RunOptions(benchmark="pocketworld", setting="if", repeats=repeats),
        title="made",
        version="1",
        missing=0,
        cases=len(asked),
        arms=tuple(Arm(name=arm, method="situational" if number else "raw") for number, arm in enumerate(arms)),
        prompts={},
        cases_sha256="",
    )
    records = []
    for condition in plan.conditions:
        for case in asked.values():
            found = right(condition.arm, case, condition.repeat)
            judged = Judgement(case.id, "rule", Outcome.LABELLED, found, "x")
            records.append(AnswerRecord(case.id, condition, "", None, {"by rule": judged}))
    return FinishedRun(Path("runs/made"), plan, POCKETWORLD, asked, tuple(records))
