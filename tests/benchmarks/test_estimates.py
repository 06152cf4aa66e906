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
        found = estimate(measure, answers, record_keys)
        assert found.value == pytest.approx(measure.of(answers))
        assert found.low < found.value < found.high
        assert found.clusters == 20


def test_a_difference_is_paired_so_that_what_both_get_right_does_not_widen_it() -> None:
    before, after = arm(1), arm(2)
    measure = side_accuracy(Side.UNSAFE)
    paired = difference(measure, before, after, record_keys)
    assert paired.value == pytest.approx(measure.of(after) - measure.of(before))
    assert paired.value > 0.05
    single = estimate(measure, before, record_keys)
    assert paired.high - paired.low < single.high - single.low


def test_no_difference_anywhere_has_an_interval_on_both_sides_of_zero() -> None:
    same = difference(average_accuracy(), arm(1), arm(1), record_keys)
    assert same.value == 0.0
    assert same.low == pytest.approx(-same.high)
    assert 0 < same.high < 0.2


def test_the_difference_may_be_taken_between_repeated_answers() -> None:
    repeated = difference(average_accuracy(), arm(1), [*arm(1), *arm(2)], record_keys)
    half = difference(average_accuracy(), arm(1), arm(2), record_keys)
    assert repeated.value == pytest.approx(half.value / 2)


def test_arms_that_were_asked_other_questions_are_not_compared() -> None:
    with pytest.raises(ItemsDiffer, match="1 items only before, 0 only after") as raised:
        difference(average_accuracy(), arm(1), arm(2)[1:], record_keys)
    assert raised.value.only_before == ("p0/safe",)
    with pytest.raises(ItemsDiffer):
        compare_right(arm(1), arm(2)[1:], record_keys)


def test_the_tests_are_matched_by_case_whatever_the_order() -> None:
    before, after = arm(1), arm(2)
    ours = compare_right(before, list(reversed(after)), record_keys)
    old, new = ({item.case.id: item.judgement.right for item in row} for row in (before, after))
    only_before = sum(old[key] and not new[key] for key in old)
    only_after = sum(new[key] and not old[key] for key in old)
    assert (ours.mcnemar.only_before, ours.mcnemar.only_after) == (only_before, only_after)
    assert ours.mcnemar.p_value == pytest.approx(reference.mcnemar_p(only_before, only_after))


def test_the_sign_flip_test_takes_records_whole() -> None:
    def same(right: bool) -> list[Scored]:
        return [item for n in range(30) for item in pair(f"p{n}", right, right, record=f"r{n // 5}")]

    found = compare_right(same(False), same(True), record_keys)
    assert found.p_value == pytest.approx(2 / 2**6)
    assert found.mcnemar.p_value < 1e-15
    assert compare_right(same(True), same(True), record_keys).p_value == 1.0


def test_both_sides_weigh_the_same_however_many_cases_they_have() -> None:
    """Twelve safe cases lost and four of four unsafe ones won: refusing all of 12 : 4 is no gain and no loss."""
    cases = [case(f"s{n}", Side.SAFE) for n in range(12)] + [case(f"u{n}", Side.UNSAFE) for n in range(4)]
    answers, refuses = ([scored(each, each.side is right) for each in cases] for right in (Side.SAFE, Side.UNSAFE))
    found = compare_right(answers, refuses, record_keys)
    assert found.p_value == 1.0
    assert found.mcnemar.p_value == pytest.approx(reference.mcnemar_p(12, 4))


def test_of_repeated_answers_the_means_are_compared() -> None:
    asked = [case(f"s{n}", Side.SAFE) for n in range(8)]
    twice = [scored(each, right) for each in asked for right in (True, False)]
    never = [scored(each, False) for each in asked for _ in range(2)]
    found = compare_right(never, twice, record_keys)
    assert found.p_value == pytest.approx(2 / 2**8)
    assert (found.mcnemar.only_before, found.mcnemar.only_after) == (0, 8)


def test_one_answer_that_turns_right_is_one_discordant_item() -> None:
    asked = case("a", Side.SAFE)
    turned = compare_right([scored(asked, right=False)], [scored(asked, right=True)], record_keys)
    assert (turned.mcnemar.only_before, turned.mcnemar.only_after, turned.p_value) == (0, 1, 1.0)
