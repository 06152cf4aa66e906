"""The rows of every table: each arm, each arm under a control, and the policies that need no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.degenerate import degenerate_rows
from benchmarks.harness.arms import baseline
from benchmarks.harness.logs import Record, check_complete, read_records
from benchmarks.harness.plan import Plan, Strand, read_plan
from benchmarks.harness.stored import read_cases
from benchmarks.metrics import Scored
from benchmarks.registry import find_benchmark


class Kind(StrEnum):
    """What a row stands for."""

    ARM = "arm"
    CONTROL = "control"
    POLICY = "policy"


@dataclass(frozen=True)
class Row:
    """One row: what it scored on every case. `records` are the replies behind it; a policy has none."""

    title: str
    kind: Kind
    scored: tuple[Scored, ...]
    records: tuple[Record, ...] = ()
    strand: Strand | None = None


@dataclass(frozen=True)
class Run:
    """A finished run, read back."""

    folder: Path
    plan: Plan
    benchmark: Benchmark
    cases: Mapping[str, Case]
    records: tuple[Record, ...]

    @classmethod
    def read(cls, folder: Path) -> Run:
        """The run in a folder; raises `RunIncomplete` where results are missing."""
        plan, cases, records = read_plan(folder), read_cases(folder), read_records(folder)
        check_complete(folder, plan, records, len(cases))
        return cls(folder, plan, find_benchmark(plan.benchmark), cases, tuple(records))

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
        """The arm that stands for the guard in the pages that show one: `situational`, else the first that judges."""
        judging = [arm for arm in self.plan.arms if not arm.unguarded and arm.name != self.baseline]
        chosen = next((arm for arm in judging if arm.method == "situational"), None)
        return chosen.name if chosen else judging[0].name if judging else self.baseline

    def of(self, strand: Strand) -> tuple[Record, ...]:
        """The records of one row, in the cases' order."""
        found = {record.case_id: record for record in self.records if record.strand == strand}
        return tuple(found[case_id] for case_id in self.cases if case_id in found)

    def rows(self, judge: str) -> tuple[Row, ...]:
        """All rows as one judge labelled them."""
        asked = [self._row(strand, judge) for strand in self.plan.strands]
        policies = degenerate_rows(self.cases.values(), self.benchmark.rubric)
        return (*asked, *(Row(title, Kind.POLICY, tuple(scored)) for title, scored in policies.items()))

    def _row(self, strand: Strand, judge: str) -> Row:
        records = self.of(strand)
        scored = tuple(Scored(self.cases[record.case_id], record.judgements[judge]) for record in records)
        return Row(strand.title, Kind.CONTROL if strand.control else Kind.ARM, scored, records, strand)


def of_kind(rows: Sequence[Row], *kinds: Kind) -> list[Row]:
    """The rows of these kinds, in order."""
    return [row for row in rows if row.kind in kinds]
