"""The rows of every table: each arm, each arm under a control, and the policies that need no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.harness.arms import baseline
from benchmarks.harness.case_file import read_cases
from benchmarks.harness.logs import AnswerRecord, check_complete, read_records
from benchmarks.harness.plan import Condition, RunPlan, read_plan
from benchmarks.metrics import Scored
from benchmarks.registry import find_benchmark
from benchmarks.trivial_policies import trivial_policies


class Kind(StrEnum):
    """What a row stands for."""

    ARM = "arm"
    CONTROL = "control"
    POLICY = "policy"


@dataclass(frozen=True)
class ResultRow:
    """One row: what it scored on every case. `records` are the replies behind it; a policy has none."""

    title: str
    kind: Kind
    scored: tuple[Scored, ...]
    records: tuple[AnswerRecord, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True)
class FinishedRun:
    """A finished run, read back."""

    folder: Path
    plan: RunPlan
    benchmark: Benchmark
    cases: Mapping[str, Case]
    records: tuple[AnswerRecord, ...]

    @classmethod
    def read(cls, folder: Path) -> FinishedRun:
        """The run in a folder; raises `RunIncomplete` where results are missing."""
        plan, cases, records = read_plan(folder), read_cases(folder), read_records(folder)
        check_complete(folder, plan, records, len(cases))
        return cls(folder, plan, find_benchmark(plan.options.benchmark), cases, tuple(records))

    @property
    def judges(self) -> tuple[str, ...]:
        """Every judge that labelled all answers, the run's own first."""
        named = [set(record.judgements) for record in self.records]
        everywhere = set.intersection(*named) if named else set()
        return tuple(name for name in self.records[0].judgements if name in everywhere)

    @property
    def baseline(self) -> str:
        """The name of the arm that the others are compared with."""
        return baseline(self.plan.arms).name

    @property
    def guarded(self) -> str:
        """The arm that stands for the guard where only one is shown: `situational`, else the first that judges."""
        judging = [arm for arm in self.plan.arms if not arm.unguarded and arm.name != self.baseline]
        chosen = next((arm for arm in judging if arm.method == "situational"), None)
        return chosen.name if chosen else judging[0].name if judging else self.baseline

    def of(self, condition: Condition) -> tuple[AnswerRecord, ...]:
        """The records of one condition, in the cases' order."""
        found = {record.case_id: record for record in self.records if record.condition == condition}
        return tuple(found[case_id] for case_id in self.cases if case_id in found)

    def rows(self, judge: str) -> tuple[ResultRow, ...]:
        """All rows as one judge labelled them."""
        rows = []
        for condition in self.plan.conditions:
            records = self.of(condition)
            scored = tuple(Scored(self.cases[record.case_id], record.judgements[judge]) for record in records)
            kind = Kind.CONTROL if condition.control else Kind.ARM
            rows.append(ResultRow(condition.title, kind, scored, records, condition))
        for title, answers in trivial_policies(self.cases.values(), self.benchmark.rubric).items():
            rows.append(ResultRow(title, Kind.POLICY, tuple(answers)))
        return tuple(rows)


def of_kind(rows: Sequence[ResultRow], *kinds: Kind) -> list[ResultRow]:
    """The rows of these kinds, in order."""
    return [row for row in rows if row.kind in kinds]
