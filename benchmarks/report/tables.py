"""The numbers of the report: estimates with intervals, differences from the baseline, tests. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter

from benchmarks.agreement import Agreement, agreement
from benchmarks.clusters import joint_keys
from benchmarks.errors import NothingToMeasure
from benchmarks.estimates import ItemsDiffer, PairedTest, compare_right, difference, estimate
from benchmarks.harness.logs import AnswerRecord
from benchmarks.judges import JudgeCall, Judgement, Outcome
from benchmarks.metrics import Measure, OutcomeRates, Scored, outcomes, right_share, split
from benchmarks.report.rows import Kind, ResultRow, of_kind
from benchmarks.significance import holm
from benchmarks.statistics import Interval

RIGHT = right_share()


@dataclass(frozen=True)
class MetricLine:
    """A row of the main table: an interval for each measure, None where it cannot be measured."""

    row: ResultRow
    cells: tuple[Interval | None, ...]
    rates: OutcomeRates


@dataclass(frozen=True)
class ArmComparison:
    """An arm against another on the same questions: each measure's difference, and whether they differ at all. `p_holm`
    is the sign-flip test's p-value, corrected over the table.
    """

    row: ResultRow
    against: ResultRow
    differences: tuple[Interval | None, ...]
    test: PairedTest
    p_holm: float


@dataclass(frozen=True)
class CategoryCell:
    """An arm on one category: its share of right answers; against the baseline, the difference and its corrected
    p-value, both None where nothing is compared."""

    share: Interval
    change: Interval | None = None
    p_holm: float | None = None


@dataclass(frozen=True)
class CategoryTable:
    """Rows of cells, one for each category. The first row is the baseline; policies, which need no model, are
    untested."""

    categories: tuple[str, ...]
    counts: tuple[int, ...]
    rows: tuple[tuple[ResultRow, tuple[CategoryCell, ...]], ...]


@dataclass(frozen=True)
class JudgeAgreement:
    """How far two judges agree, on labels where they share a rubric, else on right and wrong."""

    first: str
    second: str
    on: str
    found: Agreement


@dataclass(frozen=True, order=True)
class JudgeIdentity:
    """One rubric of one judge, under the judge's name in tables: the model, how it sampled, and the hash of its prompt.
    A judge by rule has no model and no prompt.
    """

    judge: str
    rubric: str
    model: str = ""
    sampling: str = ""
    prompt_sha256: str = ""


def lines(rows: Sequence[ResultRow], measures: Sequence[Measure]) -> list[MetricLine]:
    """The main table."""
    return [
        MetricLine(row, tuple(_estimate(measure, row.scored) for measure in measures), outcomes(row.scored))
        for row in rows
    ]


def comparisons(rows: Sequence[ResultRow], baseline: ResultRow, measures: Sequence[Measure]) -> list[ArmComparison]:
    """Every arm against the baseline."""
    others = [row for row in of_kind(rows, Kind.ARM) if row.title != baseline.title]
    return compared([(baseline, row) for row in others], measures)


def between_guards(rows: Sequence[ResultRow], baseline: ResultRow, measures: Sequence[Measure]) -> list[ArmComparison]:
    """Every two arms but the baseline against each other."""
    others = [row for row in of_kind(rows, Kind.ARM) if row.title != baseline.title]
    return compared(list(combinations(others, 2)), measures)


def compared(pairs: Sequence[tuple[ResultRow, ResultRow]], measures: Sequence[Measure]) -> list[ArmComparison]:
    """The second of each pair against the first, corrected over all pairs."""
    tests = [compare_right(before.scored, after.scored, joint_keys) for before, after in pairs]
    adjusted = holm([test.p_value for test in tests])
    return [
        ArmComparison(after, before, tuple(_difference(measure, before, after) for measure in measures), test, p)
        for (before, after), test, p in zip(pairs, tests, adjusted, strict=True)
    ]


def control_differences(rows: Sequence[ResultRow], measure: Measure) -> list[tuple[ResultRow, Interval | None]]:
    """Each control against its own arm with the real pictures. Near zero: the picture made no difference."""
    arms = {row.condition.arm: row for row in of_kind(rows, Kind.ARM) if row.condition}
    controls = [row for row in of_kind(rows, Kind.CONTROL) if row.condition]
    return [(row, _difference(measure, arms[row.condition.arm], row)) for row in controls if row.condition]


def by_category(rows: Sequence[ResultRow], baseline: ResultRow) -> CategoryTable:
    """Shares of right answers by category, tested against the baseline, corrected over the whole table."""
    ours = split(baseline.scored, lambda item: item.case.category)
    categories = sorted(ours)
    others = [row for row in of_kind(rows, Kind.ARM) if row.title != baseline.title]
    parts = [split(row.scored, lambda item: item.case.category) for row in others]
    tests = [compare_right(ours[name], part[name], joint_keys).p_value for part in parts for name in categories]
    adjusted = iter(holm(tests))

    def cell(part: Sequence[Scored], base: Sequence[Scored]) -> CategoryCell:
        change = difference(RIGHT, base, part, joint_keys)
        return CategoryCell(estimate(RIGHT, part, joint_keys), change, next(adjusted))

    def untested(row: ResultRow) -> tuple[ResultRow, tuple[CategoryCell, ...]]:
        part = split(row.scored, lambda item: item.case.category)
        return row, tuple(CategoryCell(estimate(RIGHT, part[name], joint_keys)) for name in categories)

    tested = [
        (row, tuple(cell(part[name], ours[name]) for name in categories))
        for row, part in zip(others, parts, strict=True)
    ]
    policies = [untested(row) for row in of_kind(rows, Kind.POLICY)]
    counts = tuple(len({item.case.id for item in ours[name]}) for name in categories)
    return CategoryTable(tuple(categories), counts, (untested(baseline), *tested, *policies))


def judge_agreements(records: Sequence[AnswerRecord], judges: Sequence[str]) -> list[JudgeAgreement]:
    """The first judge against each other one, over all answers: by label where they always share a rubric."""
    found = []
    for other in judges[1:]:
        judged = [record.judgements for record in records if record.judgements]
        pairs = [(each[judges[0]], each[other]) for each in judged]
        by_label = all(one.rubric == another.rubric for one, another in pairs)
        label = attrgetter("label") if by_label else right_or_wrong
        same = agreement([label(one) for one, _ in pairs], [label(another) for _, another in pairs])
        found.append(JudgeAgreement(judges[0], other, "labels" if by_label else "right or wrong", same))
    return found


def right_or_wrong(judgement: Judgement) -> str | None:
    """A label that every rubric has; None where the answer has no label."""
    return None if judgement.label is None else "right" if judgement.right else "wrong"


def judges_of(records: Iterable[AnswerRecord]) -> list[JudgeIdentity]:
    """Every judge with every rubric that it used; one that failed or was filtered was never judged."""
    labels = (item for record in records for item in record.judgements.items())
    asked = ((name, each) for name, each in labels if each.outcome in {Outcome.LABELLED, Outcome.UNREADABLE})
    return sorted({identity for name, each in asked for identity in judge_identities(name, each)})


def judge_identities(name: str, judgement: Judgement) -> list[JudgeIdentity]:
    """What identifies the judge of one label: its one call, or every different one of a panel."""
    if not judgement.calls:
        return [JudgeIdentity(name, judgement.rubric)]
    found = (
        JudgeIdentity(name, judgement.rubric, call.model, sampled(call), call.prompt_sha256 or "")
        for call in judgement.calls
    )
    return list(dict.fromkeys(found))


def sampled(call: JudgeCall) -> str:
    """How a call was sampled, in words."""
    return ", ".join(f"{option} {value}" for option, value in call.sampling)


def _estimate(measure: Measure, scored: Sequence[Scored]) -> Interval | None:
    try:
        return estimate(measure, scored, joint_keys)
    except NothingToMeasure:
        return None


def _difference(measure: Measure, before: ResultRow, after: ResultRow) -> Interval | None:
    try:
        return difference(measure, before.scored, after.scored, joint_keys)
    except (NothingToMeasure, ItemsDiffer):  # a rate of labels: the arms may have labels on different cases
        return None
