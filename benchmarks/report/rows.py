"""The rows of every table: each arm, each arm under a control, and the policies that need no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case
from benchmarks.errors import NoCases
from benchmarks.harness.arms import baseline
from benchmarks.harness.case_file import read_cases
from benchmarks.harness.logs import AnswerRecord, read_records
from benchmarks.harness.plan import Condition, RunPlan, judge_name, read_plan
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored, split
from benchmarks.official.protocols import benchmark_of
from benchmarks.pending import (
    LIMIT,
    NOT_ASKED,
    Filtered,
    Pending,
    assumed,
    filtered_cases,
    find_pending,
    with_other_sides,
)
from benchmarks.trivial_policies import trivial_policies


class Kind(StrEnum):
    """What a row stands for."""

    ARM = "arm"
    CONTROL = "control"
    POLICY = "policy"


@dataclass(frozen=True)
class ResultRow:
    """One row: what it scored on every case that counts. `records` are the replies behind it; a policy has none. `best`
    and `worst` hold the pending cases too, taken as right and as wrong.
    """

    title: str
    kind: Kind
    scored: tuple[Scored, ...]
    records: tuple[AnswerRecord, ...] = ()
    condition: Condition | None = None
    best: tuple[Scored, ...] = ()
    worst: tuple[Scored, ...] = ()


@dataclass(frozen=True)
class FinishedRun:
    """A run, read back. `limit` is the share of an arm's cases that may be pending, `filtered` what a content filter's
    refusal counts as.
    """

    folder: Path
    plan: RunPlan
    benchmark: Benchmark
    cases: Mapping[str, Case]
    records: tuple[AnswerRecord, ...]
    limit: float = LIMIT
    filtered: Filtered = Filtered.REFUSAL

    @classmethod
    def read(cls, folder: Path, *, limit: float = LIMIT, filtered: Filtered = Filtered.REFUSAL) -> FinishedRun:
        """The run in a folder, finished or not; `pending` says what is missing. Raises `NoCases` where it asked
        nothing.
        """
        plan, cases, records = read_plan(folder), read_cases(folder), read_records(folder)
        if not cases:
            raise NoCases(plan.options.benchmark)
        benchmark = benchmark_of(folder, plan.options.benchmark, plan.options.protocol)
        return cls(folder, plan, benchmark, cases, tuple(records), limit, filtered)

    @property
    def judges(self) -> tuple[str, ...]:
        """Every judge that was asked about all answers, the run's own first; without any answer, the run's own."""
        answered = [record.judgements for record in self.records if record.judgements]
        own = judge_name(self.plan.options.judge)
        if not answered:
            return (own,)
        everywhere = [name for name in answered[0] if all(name in judgements for judgements in answered)]
        return tuple(sorted(everywhere, key=lambda name: name != own))

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

    def judgements(self, condition: Condition, judge: str) -> tuple[Judgement, ...]:
        """One judgement for each case that is asked, in the cases' order; one that is pending where there is none."""
        records = {record.case_id: record for record in self.of(condition)}

        def of_case(case: Case) -> Judgement:
            record = records.get(case.id)
            if record is not None and judge in record.judgements:
                return record.judgements[judge]
            error = NOT_ASKED if record is None else record.error or "not judged yet"
            outcome = Outcome.JUDGE_FAILED if record is not None and record.error is None else Outcome.REQUEST_FAILED
            return Judgement(case.id, "", outcome, right=False, error=error)

        return tuple(map(of_case, self.plan.asked(condition, tuple(self.cases.values()))))

    def pending(self, judge: str) -> Pending:
        """What has no result by this judge, and which cases leave every row for it."""
        return self._pending(self.plan.conditions, judge)

    def pending_under_attack(self, judge: str) -> Pending:
        """What has no result with an attack on it. No other row depends on that."""
        return self._pending(self.plan.under_attack, judge)

    def _pending(self, conditions: Sequence[Condition], judge: str) -> Pending:
        rows = {each.title: self.judgements(each, judge) for each in conditions}
        return find_pending(self.cases, rows, limit=self.limit, filtered=self.filtered)

    def rows(self, judge: str) -> tuple[ResultRow, ...]:
        """All rows as one judge labelled them."""
        rows, left_out, filtered = [], self.pending(judge).left_out, self._left_out_by_filter(judge)
        for condition, repeats in split(self.plan.conditions, lambda condition: condition.row).items():
            judgements = [each for repeat in repeats for each in self.judgements(repeat, judge)]
            whole = [Scored(self.cases[each.case_id], each) for each in judgements if each.case_id not in filtered]
            rows.append(
                ResultRow(
                    title=condition.title,
                    kind=Kind.CONTROL if condition.control else Kind.ARM,
                    scored=tuple(item for item in whole if item.case.id not in left_out),
                    records=tuple(record for repeat in repeats for record in self.of(repeat)),
                    condition=condition,
                    best=assumed(whole, right=True),
                    worst=assumed(whole, right=False),
                )
            )
        counted = [case for case in self.cases.values() if case.id not in left_out]
        for title, answers in trivial_policies(counted, self.benchmark.rubric).items():
            rows.append(ResultRow(title, Kind.POLICY, tuple(answers)))
        return tuple(rows)

    def _left_out_by_filter(self, judge: str) -> frozenset[str]:
        if self.filtered is Filtered.REFUSAL:
            return frozenset()
        rows = {each.title: self.judgements(each, judge) for each in self.plan.conditions}
        return with_other_sides(self.cases.values(), filtered_cases(rows))


def of_kind(rows: Sequence[ResultRow], *kinds: Kind) -> list[ResultRow]:
    """The rows of these kinds, in order."""
    return [row for row in rows if row.kind in kinds]
