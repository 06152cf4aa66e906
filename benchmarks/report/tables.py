"""The numbers of the report: estimates with intervals, differences from the baseline, tests. Draws nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from benchmarks.agreement import Agreement, agreement
from benchmarks.clusters import joint_keys
from benchmarks.errors import NothingToMeasure
from benchmarks.estimates import ItemsDiffer, compare_right, difference, estimate
from benchmarks.harness.logs import AnswerRecord
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Measure, OutcomeRates, Scored, outcomes, split
from benchmarks.report.rows import Kind, ResultRow, of_kind
from benchmarks.statistics import Interval, McNemar, holm

SEED = 1
DRAWS = 4_000  # the percentiles of two reports then agree to about 0.2 points, in half a minute for MSSBench


@dataclass(frozen=True)
class MetricLine:
    """A row of the main table: an interval for each measure, None where it cannot be measured."""

    row: ResultRow
    cells: tuple[Interval | None, ...]
    rates: OutcomeRates


@dataclass(frozen=True)
class ArmComparison:
    """An arm against the baseline on the same questions; `p_holm` is corrected over the table."""

    row: ResultRow
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
    rows: tuple[tuple[ResultRow, tuple[CategoryCell, ...]], ...]
    policies: tuple[tuple[ResultRow, tuple[float, ...]], ...]


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
    tests = [compare_right(baseline.scored, row.scored) for row in others]
    adjusted = holm([test.p_value for test in tests])
    return [
        ArmComparison(row, tuple(_difference(measure, baseline, row) for measure in measures), test, p)
        for row, test, p in zip(others, tests, adjusted, strict=True)
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
    tests = [compare_right(ours[name], part[name]).p_value for part in parts for name in categories]
    adjusted = iter(holm(tests))
    table = tuple(
        (row, tuple(CategoryCell(_share(part[name]), _share(ours[name]), next(adjusted)) for name in categories))
        for row, part in zip(others, parts, strict=True)
    )
    policies = tuple((row, _shares(row, categories)) for row in of_kind(rows, Kind.POLICY))
    counts = tuple(len(ours[name]) for name in categories)
    return CategoryTable(tuple(categories), counts, _shares(baseline, categories), table, policies)


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
    asked = ((name, each) for name, each in labels if each.outcome not in {Outcome.REQUEST_FAILED, Outcome.FILTERED})
    return sorted({judge_identity(name, each) for name, each in asked})


def judge_identity(name: str, judgement: Judgement) -> JudgeIdentity:
    """What identifies the judge of one label."""
    sampling = ", ".join(f"{option} {value}" for option, value in judgement.sampling)
    return JudgeIdentity(name, judgement.rubric, judgement.model or "", sampling, judgement.prompt_sha256 or "")


def _shares(row: ResultRow, categories: Sequence[str]) -> tuple[float, ...]:
    parts = split(row.scored, lambda item: item.case.category)
    return tuple(_share(parts[name]) for name in categories)


def _share(scored: Sequence[Scored]) -> float:
    return sum(item.judgement.right for item in scored) / len(scored)


def _estimate(measure: Measure, scored: Sequence[Scored]) -> Interval | None:
    try:
        return estimate(measure, scored, joint_keys, seed=SEED, draws=DRAWS)
    except NothingToMeasure:
        return None


def _difference(measure: Measure, before: ResultRow, after: ResultRow) -> Interval | None:
    try:
        return difference(measure, before.scored, after.scored, joint_keys, seed=SEED, draws=DRAWS)
    except (NothingToMeasure, ItemsDiffer):  # a rate of labels: the arms may have labels on different cases
        return None
