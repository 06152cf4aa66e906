"""Tests of two arms, against computations that share no code with ours."""

from __future__ import annotations

import random
from itertools import product

import pytest

from benchmarks import significance
from benchmarks.significance import holm, mcnemar_exact, sign_flip
from tests.benchmarks import reference


def every_pattern(totals: list[float]) -> float:
    """The share of all sign patterns whose sum is at least as far from 0 as the one found."""
    found = abs(sum(totals)) - 1e-9
    patterns = [sum(sign * total for sign, total in zip(signs, totals, strict=True)) for signs in signs_of(totals)]
    return sum(abs(each) >= found for each in patterns) / len(patterns)


def signs_of(totals: list[float]) -> list[tuple[int, ...]]:
    return list(product((1, -1), repeat=len(totals)))


@pytest.mark.parametrize(
    "totals", [[1, 2, 3, -1, 5], [2, 2, 2, 2, 2, 2], [4, -4], [0, 0, 3, 1, 0, -2], [12, 30, 18, -6, 24, 6, -12]]
)
def test_the_sign_flip_test_counts_every_pattern(totals: list[float]) -> None:
    assert sign_flip(totals) == pytest.approx(every_pattern(totals), rel=1e-12)


def test_totals_that_are_no_whole_numbers_are_drawn_and_come_out_as_if_counted() -> None:
    totals = [0.31, 0.8, -0.27, 0.55, 1.1, 0.4, -0.9, 0.6, 0.71, 0.13]
    assert sign_flip(totals) == pytest.approx(every_pattern(totals), abs=0.005)
    assert sign_flip(totals) == sign_flip(totals)


def test_a_drawn_p_value_is_never_zero() -> None:
    totals = [1.1 + 0.001 * n for n in range(60)]
    assert sign_flip(totals) == pytest.approx(1 / (significance.DRAWS + 1))


def test_many_clusters_are_still_counted_exactly() -> None:
    totals = [1] * 260 + [-1] * 180 + [3] * 20
    assert 0 < sign_flip(totals) < 1e-6


@pytest.mark.parametrize(("only_before", "only_after"), [(3, 12), (7, 7), (40, 95), (300, 421)])
def test_with_one_question_a_cluster_it_is_mcnemars_test(only_before: int, only_after: int) -> None:
    ours = sign_flip([-1] * only_before + [1] * only_after + [0] * 20)
    assert ours == pytest.approx(reference.mcnemar_p(only_before, only_after), rel=1e-9)


def test_questions_that_go_together_are_less_evidence_than_as_many_independent_ones() -> None:
    assert sign_flip([5] * 6) == pytest.approx(2 / 2**6)
    assert mcnemar_exact([False] * 30, [True] * 30).p_value < 1e-8


def test_nothing_that_differs_is_no_finding() -> None:
    assert sign_flip([]) == 1.0
    assert sign_flip([0, 0.0]) == 1.0


@pytest.mark.parametrize(("only_before", "only_after"), [(0, 0), (1, 0), (3, 12), (7, 7), (40, 95), (300, 421)])
def test_mcnemar_agrees_with_statsmodels(only_before: int, only_after: int) -> None:
    before = [True] * only_before + [False] * only_after + [True, False] * 25
    after = [False] * only_before + [True] * only_after + [True, False] * 25
    ours = mcnemar_exact(before, after)
    assert (ours.only_before, ours.only_after) == (only_before, only_after)
    assert ours.p_value == pytest.approx(reference.mcnemar_p(only_before, only_after), rel=1e-9)


def test_mcnemar_takes_thousands_of_items() -> None:
    assert mcnemar_exact([True] * 2_000 + [False] * 2_300, [False] * 2_000 + [True] * 2_300).p_value < 1e-5


@pytest.mark.parametrize("seed", range(5))
def test_holm_agrees_with_statsmodels(seed: int) -> None:
    generator = random.Random(seed)
    p_values = [generator.random() ** 3 for _ in range(9)] + [0.01, 0.01, 1.0]
    assert holm(p_values) == pytest.approx(reference.holm(p_values), abs=1e-12)


def test_holm_of_nothing_is_nothing() -> None:
    assert holm([]) == ()
