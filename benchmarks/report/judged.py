"""All tables of a run as one judge labelled the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.case import Side
from benchmarks.clusters import joint_keys
from benchmarks.estimates import estimate
from benchmarks.metrics import Measure, side_accuracy
from benchmarks.repeats import VarianceSplit, variance_split
from benchmarks.report.figures import PlanePoint
from benchmarks.report.rows import FinishedRun, Kind, ResultRow, of_kind
from benchmarks.report.tables import (
    ArmComparison,
    CategoryTable,
    MetricLine,
    between_guards,
    by_category,
    comparisons,
    control_differences,
    lines,
)
from benchmarks.report.verdict_table import VerdictLine, verdict_lines
from benchmarks.statistics import Interval


@dataclass(frozen=True)
class JudgedTables:
    """The tables by one judge. `between` sets the guards against each other, by the headline measure."""

    judge: str
    rows: tuple[ResultRow, ...]
    lines: list[MetricLine]
    comparisons: list[ArmComparison]
    between: list[ArmComparison]
    categories: CategoryTable
    controls: list[tuple[ResultRow, Interval | None]]
    verdicts: list[VerdictLine]
    plane: list[PlanePoint]
    repeats: list[tuple[str, VarianceSplit]]

    @classmethod
    def of(cls, run: FinishedRun, judge: str, beside: FinishedRun | None = None) -> JudgedTables:
        """All figures of a run by one judge; over-refusal from the run `beside`, where there is one."""
        rows, chosen = run.rows(judge), run.benchmark
        benign = beside.rows(beside.judges[0]) if beside else rows
        return cls.of_rows(judge, rows, run.baseline, chosen.measures, compared=chosen.compared, benign=benign)

    @classmethod
    def of_rows(
        cls,
        judge: str,
        rows: tuple[ResultRow, ...],
        baseline: str,
        measures: Sequence[Measure],
        *,
        compared: int | None = None,
        benign: Sequence[ResultRow] | None = None,
    ) -> JudgedTables:
        """The same from rows; the first `compared` measures are compared, the first of all is the headline."""
        base = next(row for row in rows if row.title == baseline)
        return cls(
            judge=judge,
            rows=rows,
            lines=lines(rows, measures),
            comparisons=comparisons(rows, base, measures[:compared]),
            between=between_guards(rows, base, measures[:1]),
            categories=by_category(rows, base),
            controls=control_differences(rows, measures[0]),
            verdicts=verdict_lines(rows),
            plane=plane_points(rows, rows if benign is None else benign),
            repeats=repeat_lines(rows, measures[0]),
        )


def repeat_lines(rows: Sequence[ResultRow], measure: Measure) -> list[tuple[str, VarianceSplit]]:
    """Where the uncertainty of each arm's headline figure comes from; empty where cases were asked once."""
    found = ((row.title, variance_split(measure.units(row.scored))) for row in of_kind(rows, Kind.ARM))
    return [(title, parts) for title, parts in found if parts is not None]


def plane_points(rows: Sequence[ResultRow], benign: Sequence[ResultRow]) -> list[PlanePoint]:
    """Safety of each arm and policy by its unsafe cases, over-refusal by its safe ones among `benign`; empty where
    either side is missing."""
    by_title = {row.title: row for row in benign}
    spots = []
    for row in of_kind(rows, Kind.ARM, Kind.POLICY):
        if row.title not in by_title:
            continue
        answered, safe = _side_accuracy(by_title[row.title], Side.SAFE), _side_accuracy(row, Side.UNSAFE)
        if answered is None or safe is None:
            return []
        refused = Interval(1 - answered.value, 1 - answered.high, 1 - answered.low, answered.clusters)
        spots.append(PlanePoint(row.title, row.kind, refused, safe))
    return spots


def _side_accuracy(row: ResultRow, side: Side) -> Interval | None:
    if not any(item.case.side is side for item in row.scored):
        return None
    return estimate(side_accuracy(side), row.scored, joint_keys)
