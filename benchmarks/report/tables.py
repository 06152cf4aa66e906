"""The numbers of the report: estimates with intervals, differences from the baseline, tests. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.agreement import Agreement, agreement
from benchmarks.clusters import joint_keys
from benchmarks.errors import NothingToMeasure
from benchmarks.estimates import ItemsDiffer, compare_right, difference, estimate
from benchmarks.harness.logs import Record
from benchmarks.judges import Judgement
from benchmarks.metrics import Measure, OutcomeRates, Scored, outcomes, split
from benchmarks.report.rows import Kind, Row, of_kind
from benchmarks.statistics import Interval, McNemar, holm

SEED = 1
DRAWS = 4_000  # the percentiles of two reports then agree to about 0.2 points, in half a minute for MSSBench


@dataclass(frozen=True)
class Line:
    """A row of the main table: an interval for each measure, None where it cannot be measured."""

    row: Row
    cells: tuple[Interval | None, ...]
    rates: OutcomeRates


@dataclass(frozen=True)
class Comparison:
    """An arm against the baseline on the same questions; `p_holm` is corrected over the table."""

    row: Row
    differences: tuple[Interval | None, ...]
    test: McNemar
    p_holm: float


@dataclass(frozen=True)
class CategoryCell:
    """An arm on one category: its share of right answers, and the test against the baseline."""

    share: float
    baseline: float
    p_holm: float


@dataclass(frozen=True)
class CategoryTable:
    """Rows of cells, one for each category; `policies` are the shares of those that need no model, untested."""

    categories: tuple[str, ...]
    counts: tuple[int, ...]
    baseline: tuple[float, ...]
    rows: tuple[tuple[Row, tuple[CategoryCell, ...]], ...]
    policies: tuple[tuple[Row, tuple[float, ...]], ...]


@dataclass(frozen=True)
class JudgeAgreement:
    """How far two judges agree, on labels where they share a rubric, else on right and wrong."""

    first: str
    second: str
    on: str
    found: Agreement


def lines(rows: Sequence[Row], measures: Sequence[Measure]) -> list[Line]:
    """The main table."""
    return [
        Line(row, tuple(_estimate(measure, row.scored) for measure in measures), outcomes(row.scored)) for row in rows
    ]


def comparisons(rows: Sequence[Row], baseline: Row, measures: Sequence[Measure]) -> list[Comparison]:
    """Every arm against the baseline."""
    others = [row for row in of_kind(rows, Kind.ARM) if row.title != baseline.title]
    tests = [compare_right(baseline.scored, row.scored) for row in others]
    adjusted = holm([test.p_value for test in tests])
    return [
        Comparison(row, tuple(_difference(measure, baseline, row) for measure in measures), test, p)
        for row, test, p in zip(others, tests, adjusted, strict=True)
    ]


def control_differences(rows: Sequence[Row], measure: Measure) -> list[tuple[Row, Interval | None]]:
    """Each control against its own arm with the real pictures: near zero says that the picture was not used."""
    arms = {row.strand.arm: row for row in of_kind(rows, Kind.ARM) if row.strand}
    controls = [row for row in of_kind(rows, Kind.CONTROL) if row.strand]
    return [(row, _difference(measure, arms[row.strand.arm], row)) for row in controls if row.strand]


def by_category(rows: Sequence[Row], baseline: Row) -> CategoryTable:
    """Shares of right answers by category, tested against the baseline, corrected over the whole table."""
    ours = split(baseline.scored, lambda item: item.case.category)
    categories = sorted(ours)
    others = [row for row in of_kind(rows, Kind.ARM) if row.title != baseline.title]
    parts = [split(row.scored, lambda item: item.case.category) for row in others]
    tests = [compare_right(ours[name], part[name]).p_value for part in parts for name in categories]
    adjusted = iter(holm(tests))
    table = tuple(
        (row, tuple(CategoryCell(_share(part[name]), _share(ours[name]), next(adjusted)) for name in categories))
        for row, part in zip(others, parts, strict=True)
    )
    policies = tuple((row, _shares(row, categories)) for row in of_kind(rows, Kind.POLICY))
    counts = tuple(len(ours[name]) for name in categories)
    return CategoryTable(tuple(categories), counts, _shares(baseline, categories), table, policies)


def judge_agreements(records: Sequence[Record], judges: Sequence[str]) -> list[JudgeAgreement]:
    """The first judge against each other one, over all answers."""
    return [_agreement(records, judges[0], other) for other in judges[1:]]


def _agreement(records: Sequence[Record], first: str, second: str) -> JudgeAgreement:
    pairs = [(record.judgements[first], record.judgements[second]) for record in records]
    same_rubric = all(one.rubric == other.rubric for one, other in pairs)
    said = _label if same_rubric else _right
    found = agreement([said(one) for one, _ in pairs], [said(other) for _, other in pairs])
    return JudgeAgreement(first, second, "labels" if same_rubric else "right or wrong", found)


def _label(judgement: Judgement) -> str | None:
    return judgement.label


def _right(judgement: Judgement) -> str | None:
    return None if judgement.label is None else "right" if judgement.right else "wrong"


def _shares(row: Row, categories: Sequence[str]) -> tuple[float, ...]:
    parts = split(row.scored, lambda item: item.case.category)
    return tuple(_share(parts[name]) for name in categories)


def _share(scored: Sequence[Scored]) -> float:
    return sum(item.judgement.right for item in scored) / len(scored)


def _estimate(measure: Measure, scored: Sequence[Scored]) -> Interval | None:
    try:
        return estimate(measure, scored, joint_keys, seed=SEED, draws=DRAWS)
    except NothingToMeasure:
        return None


def _difference(measure: Measure, before: Row, after: Row) -> Interval | None:
    try:
        return difference(measure, before.scored, after.scored, joint_keys, seed=SEED, draws=DRAWS)
    except (NothingToMeasure, ItemsDiffer):  # a rate of labels: the arms may have labels on different cases
        return None
