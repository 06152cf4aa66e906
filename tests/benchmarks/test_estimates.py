"""Intervals of measures and of differences."""

import pytest

from benchmarks.case import Side
from benchmarks.clusters import record_keys
from benchmarks.estimates import ItemsDiffer, compare_right, difference, estimate
from benchmarks.metrics import Scored, average_accuracy, pair_accuracy, side_accuracy
from tests.benchmarks import reference
from tests.benchmarks.scores import case, pair, scored


def arm(seed: int, pairs: int = 60) -> list[Scored]:
    """Answers to pairs in records of three; the record decides much of it, the seed a little."""
    return [
        item
        for n in range(pairs)
        for item in pair(f"p{n}", n % 7 != seed, (n // 3) % 2 == 0 or n % 5 < seed, record=f"r{n // 3}")
    ]


def test_an_estimate_brackets_the_measures_value_and_counts_records() -> None:
    answers = arm(1)
    for measure in (average_accuracy(), pair_accuracy(), side_accuracy(Side.UNSAFE)):
        found = estimate(measure, answers, record_keys, seed=4, draws=2_000)
        assert found.value == pytest.approx(measure.of(answers))
        assert found.low < found.value < found.high
        assert found.clusters == 20


def test_a_difference_is_paired_so_that_what_both_get_right_does_not_widen_it() -> None:
    before, after = arm(1), arm(2)
    measure = side_accuracy(Side.UNSAFE)
    paired = difference(measure, before, after, record_keys, seed=4, draws=2_000)
    assert paired.value == pytest.approx(measure.of(after) - measure.of(before))
    assert paired.value > 0.05
    single = estimate(measure, before, record_keys, seed=4, draws=2_000)
    assert paired.high - paired.low < single.high - single.low


def test_no_difference_anywhere_has_an_interval_on_both_sides_of_zero() -> None:
    same = difference(average_accuracy(), arm(1), arm(1), record_keys, seed=4)
    assert same.value == 0.0
    assert same.low == pytest.approx(-same.high)
    assert 0 < same.high < 0.2


def test_the_difference_may_be_taken_between_repeated_answers() -> None:
    repeated = difference(average_accuracy(), arm(1), [*arm(1), *arm(2)], record_keys, seed=4, draws=500)
    half = difference(average_accuracy(), arm(1), arm(2), record_keys, seed=4, draws=500)
    assert repeated.value == pytest.approx(half.value / 2)


def test_arms_that_were_asked_other_questions_are_not_compared() -> None:
    with pytest.raises(ItemsDiffer, match="1 items only before, 0 only after") as raised:
        difference(average_accuracy(), arm(1), arm(2)[1:], record_keys, seed=4)
    assert raised.value.only_before == ("p0/safe",)
    with pytest.raises(ItemsDiffer):
        compare_right(arm(1), arm(2)[1:])


def test_mcnemar_is_matched_by_case_whatever_the_order() -> None:
    before, after = arm(1), arm(2)
    ours = compare_right(before, list(reversed(after)))
    old, new = ({item.case.id: item.judgement.right for item in row} for row in (before, after))
    only_before = sum(old[key] and not new[key] for key in old)
    only_after = sum(new[key] and not old[key] for key in old)
    assert (ours.only_before, ours.only_after) == (only_before, only_after)
    assert ours.p_value == pytest.approx(reference.mcnemar_p(only_before, only_after))


def test_one_answer_that_turns_right_is_one_discordant_item() -> None:
    asked = case("a", Side.SAFE)
    turned = compare_right([scored(asked, right=False)], [scored(asked, right=True)])
    assert (turned.only_before, turned.only_after, turned.p_value) == (0, 1, 1.0)
