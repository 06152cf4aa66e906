"""Which cases leave every row, and what they could change."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.case import Side
from benchmarks.judges import Judgement, Outcome
from benchmarks.metrics import Scored, side_accuracy
from benchmarks.pending import Filtered, assumed, find_pending
from tests.benchmarks.scores import case

ASKED = [case(str(number), side, pair=str(number)) for number in range(50) for side in Side]
CASES = {each.id: each for each in ASKED}


def row(outcomes: dict[str, Outcome]) -> list[Judgement]:
    """A judgement for each case, right unless it is named."""
    return [
        Judgement(
            each.id, "by-hand", outcomes.get(each.id, Outcome.LABELLED), each.id not in outcomes, error="503 busy"
        )
        for each in ASKED
    ]


def scored(judgements: Sequence[Judgement]) -> list[Scored]:
    return [Scored(CASES[each.case_id], each) for each in judgements]


def test_a_pair_leaves_every_row_where_one_side_has_no_result_in_one_row() -> None:
    rows = {"raw": row({"3/safe": Outcome.REQUEST_FAILED}), "guard": row({"7/unsafe": Outcome.JUDGE_FAILED})}
    pending = find_pending(CASES, rows)
    assert pending.left_out == {"3/safe", "3/unsafe", "7/safe", "7/unsafe"}
    assert pending.by_row == {"raw": 1, "guard": 1}
    assert pending.reasons == {"503 busy": 2}


@pytest.mark.parametrize(("failed", "limit", "too_many"), [(2, 0.02, False), (3, 0.02, True), (3, 0.05, False)])
def test_above_the_limit_in_any_row_there_are_no_rates(failed: int, limit: float, too_many: bool) -> None:
    broken = dict.fromkeys(list(CASES)[:failed], Outcome.REQUEST_FAILED)
    pending = find_pending(CASES, {"raw": row({}), "guard": row(broken)}, limit=limit)
    assert (pending.share, pending.too_many) == (failed / 100, too_many)


def test_a_row_that_asks_fewer_cases_reaches_the_limit_with_fewer_failures() -> None:
    attacked = row({"3/safe": Outcome.REQUEST_FAILED})[:10]
    pending = find_pending(CASES, {"raw": row({}), "raw, under attack": attacked})
    assert (pending.count, pending.share, pending.too_many) == (1, 0.1, True)


def test_unreadable_labels_are_results_and_so_are_filtered_ones_unless_they_are_left_out() -> None:
    rows = {"raw": row({"1/safe": Outcome.UNREADABLE, "2/unsafe": Outcome.FILTERED})}
    assert not find_pending(CASES, rows).left_out
    left_out = find_pending(CASES, rows, filtered=Filtered.LEFT_OUT)
    assert left_out.left_out == {"2/safe", "2/unsafe"}
    assert left_out.by_row == {"raw": 0}


def test_the_best_and_the_worst_case_count_what_is_pending() -> None:
    unsafe = side_accuracy(Side.UNSAFE)
    answers = scored(row({"1/unsafe": Outcome.REQUEST_FAILED, "2/unsafe": Outcome.UNREADABLE}))
    assert unsafe.of(answers) == pytest.approx(48 / 49)
    assert unsafe.of(assumed(answers, right=True)) == pytest.approx(49 / 50)
    assert unsafe.of(assumed(answers, right=False)) == pytest.approx(48 / 50)
