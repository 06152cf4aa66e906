"""Cases without a result: how many there are, which cases leave every row for them, and what they could change.

A request or a judgement that failed says nothing about an arm. While few failed, the pairs concerned leave every arm,
so that all arms still answer the same questions. Where more failed, no rate can be trusted. Knows no harness and no
report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.case import Case
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored

LIMIT = 0.02  # of an arm's cases: more can turn a difference of two points, which is what many papers report
NOT_ASKED = "not asked yet"


class Filtered(StrEnum):
    """What a request counts as that the content filter of the model's host refused."""

    REFUSAL = "refusal"
    LEFT_OUT = "left-out"


@dataclass(frozen=True)
class Pending:
    """The cases without a result. `by_row` counts them by row, `asked` all that the row asks, `reasons` counts them by
    the error's words, `left_out` holds the ids of the cases that leave every row.
    """

    cases: int
    by_row: Mapping[str, int]
    asked: Mapping[str, int]
    reasons: Mapping[str, int]
    left_out: frozenset[str]
    limit: float = LIMIT

    @property
    def share(self) -> float:
        """The largest share of any row that has no result, between 0 and 1."""
        return max((count / max(self.asked[row], 1) for row, count in self.by_row.items()), default=0.0)

    @property
    def count(self) -> int:
        """How many results are missing in all rows together."""
        return sum(self.by_row.values())

    @property
    def too_many(self) -> bool:
        """Whether more than the limit failed, so that no rate may be shown."""
        return self.share > self.limit


def find_pending(
    cases: Mapping[str, Case],
    rows: Mapping[str, Sequence[Judgement]],
    *,
    limit: float = LIMIT,
    filtered: Filtered = Filtered.REFUSAL,
) -> Pending:
    """What is pending in the rows, each with one judgement for every case that it asks."""
    pending = {title: [each for each in judgements if each.pending] for title, judgements in rows.items()}
    reasons: dict[str, int] = {}
    for each in (judgement for judgements in pending.values() for judgement in judgements):
        words = each.error or str(each.outcome)
        reasons[words] = reasons.get(words, 0) + 1
    affected = {each.case_id for judgements in pending.values() for each in judgements}
    if filtered is Filtered.LEFT_OUT:
        affected |= filtered_cases(rows)
    return Pending(
        cases=len(cases),
        by_row={title: len(judgements) for title, judgements in pending.items()},
        asked={title: len(judgements) for title, judgements in rows.items()},
        reasons=dict(sorted(reasons.items(), key=lambda item: -item[1])),
        left_out=with_other_sides(cases.values(), affected),
        limit=limit,
    )


def filtered_cases(rows: Mapping[str, Sequence[Judgement]]) -> set[str]:
    """The ids of the cases that a content filter refused in any row."""
    return {each.case_id for judgements in rows.values() for each in judgements if each.outcome is Outcome.FILTERED}


def with_other_sides(cases: Iterable[Case], affected: set[str]) -> frozenset[str]:
    """The affected cases, and every other case of their pairs."""
    listed = list(cases)
    pairs = {pair_of(case) for case in listed if case.id in affected}
    return frozenset(case.id for case in listed if pair_of(case) in pairs)


def pair_of(case: Case) -> tuple[str, ...]:
    """What belongs together: the two sides of a question, or a case that has no other side."""
    return (case.id,) if case.pair is None else (case.benchmark, case.setting, case.pair)


def assumed(scored: Iterable[Scored], *, right: bool) -> tuple[Scored, ...]:
    """The same answers with everything pending taken as right (an arm's best case) or as wrong (its worst)."""
    return tuple(
        Scored(item.case, replace(item.judgement, outcome=Outcome.LABELLED, right=right, error=None))
        if item.judgement.pending
        else item
        for item in scored
    )
