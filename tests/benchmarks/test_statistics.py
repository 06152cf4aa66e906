"""Intervals, against textbook formulas and matrices that share no code with ours. Whether they hold is in
test_coverage."""

from __future__ import annotations

import random
from math import isnan

import numpy as np
import pytest
from scipy.stats import t as student  # type: ignore[import-untyped]

from benchmarks.statistics import ClusterSums, Interval, change_interval, share_interval
from tests.benchmarks import reference

Rows = list[tuple[float, str, int]]  # value, group, cluster


def shares(rows: Rows) -> Interval:
    values, groups, clusters = (list(column) for column in zip(*rows, strict=True))
    return share_interval(ClusterSums.of(values, groups, clusters))


def clustered(seed: int, count: int = 30, sides: tuple[str, ...] = ("all",)) -> Rows:
    generator = random.Random(seed)
    return [
        (float(generator.random() < rate), side, cluster)
        for cluster in range(count)
        for rate in [generator.random()]
        for side in sides
        for _ in range(generator.randint(1, 5))
    ]


def by_matrices(rows: Rows) -> tuple[float, float]:
    """The CR2 variance of one share and Bell and McCaffrey's degrees of freedom, by the regression on a constant."""
    values, clusters = np.array([value for value, _, _ in rows]), np.array([cluster for _, _, cluster in rows])
    count = len(values)
    hat = np.full((count, count), 1 / count)
    residuals = values - values.mean()
    variance, columns = 0.0, []
    for cluster in np.unique(clusters):
        mine = np.flatnonzero(clusters == cluster)
        eigenvalues, vectors = np.linalg.eigh(np.eye(len(mine)) - hat[np.ix_(mine, mine)])
        adjusted = vectors @ np.diag(eigenvalues**-0.5) @ vectors.T @ np.full(len(mine), 1 / count)
        variance += float(adjusted @ residuals[mine]) ** 2
        columns.append((np.eye(count) - hat)[:, mine] @ adjusted)
    gram = np.column_stack(columns).T @ np.column_stack(columns)
    return variance, float(np.trace(gram) ** 2 / (gram**2).sum())


@pytest.mark.parametrize("seed", range(4))
def test_one_share_has_wilsons_interval_for_the_trials_that_its_clusters_are_worth(seed: int) -> None:
    rows = clustered(seed)
    variance, freedom = by_matrices(rows)
    share = float(np.mean([value for value, _, _ in rows]))
    trials = min(share * (1 - share) / variance, len(rows))
    quantile = student.ppf(0.975, freedom)
    # Wilson's limits are the shares that are just not rejected: (share - limit)^2 = t^2 limit (1 - limit) / trials.
    expected = np.roots([1 + quantile**2 / trials, -2 * share - quantile**2 / trials, share**2])
    ours = shares(rows)
    assert ours.value == pytest.approx(share)
    assert (ours.low, ours.high) == pytest.approx(tuple(sorted(expected)))
    assert ours.clusters == 30


def test_independent_questions_have_the_textbooks_interval() -> None:
    ours = shares([(float(n < 700), "all", n) for n in range(2_000)])
    assert (ours.low, ours.high) == pytest.approx(reference.wilson(700, 2_000), abs=2e-4)


def test_questions_of_one_record_widen_the_interval_as_if_there_were_fewer() -> None:
    alone = shares([(float(n % 3 == 0), "all", n) for n in range(76)])
    together = shares([(float(n % 3 == 0), "all", n) for n in range(76) for _ in range(5)])
    assert (together.low, together.high) == pytest.approx((alone.low, alone.high))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_wrong_in_forty_is_not_certainty(value: float) -> None:
    ours = shares([(value, "all", n) for n in range(40)])
    low, high = reference.wilson(int(40 * value), 40)
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=0.01)


def test_right_on_one_side_only_is_not_certainty_either() -> None:
    eight_pairs = [(float(side == "safe"), side, n) for n in range(8) for side in ("safe", "unsafe")]
    ours = shares(eight_pairs)
    assert ours.value == 0.5
    assert ours.low < 0.4
    assert ours.high > 0.6


def test_the_mean_of_two_sides_is_narrower_where_their_mistakes_make_up_for_each_other() -> None:
    def of(pairs: list[tuple[bool, bool]]) -> Interval:
        return shares(
            [(float(right), side, n) for n, pair in enumerate(pairs) for side, right in zip("su", pair, strict=True)]
        )

    apart = of([(n % 2 == 0, n % 2 == 1) for n in range(60)])
    together = of([(n % 2 == 0, n % 2 == 0) for n in range(60)])
    assert apart.value == together.value == 0.5
    assert apart.high - apart.low < 0.1
    assert together.high - together.low > 0.2


def test_every_value_lies_within_its_limits_and_those_within_the_range() -> None:
    for seed in range(40):
        ours = shares(clustered(seed, count=random.Random(seed).randint(2, 12), sides=("safe", "unsafe")))
        assert 0.0 <= ours.low <= ours.value <= ours.high <= 1.0
        assert ours.low < ours.high


def changes(before: Rows, after: Rows) -> Interval:
    groups, clusters = [group for _, group, _ in before], [cluster for _, _, cluster in before]
    risen = [new[0] - old[0] for old, new in zip(before, after, strict=True)]
    gained, lost = (ClusterSums.of([max(sign * each, 0.0) for each in risen], groups, clusters) for sign in (1, -1))
    return change_interval(gained, lost)


def test_a_change_turned_round_is_the_same_change_with_the_other_sign() -> None:
    before = clustered(1, sides=("safe", "unsafe"))
    generator = random.Random(5)
    after = [(float(generator.random() < 0.6), group, cluster) for _, group, cluster in before]
    one, other = changes(before, after), changes(after, before)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert one.value == pytest.approx(shares(after).value - shares(before).value)


def test_no_change_anywhere_has_limits_on_both_sides_of_zero() -> None:
    rows = clustered(2)
    same = changes(rows, rows)
    assert same.value == 0.0
    assert same.low == pytest.approx(-same.high)
    assert 0 < same.high < 0.2


def test_a_change_on_every_question_stays_within_the_possible() -> None:
    wrong, right = ([(value, "all", n) for n in range(25)] for value in (0.0, 1.0))
    ours = changes(wrong, right)
    assert ours.value == 1.0
    assert 0.7 < ours.low < ours.high == pytest.approx(1.0)


def test_one_cluster_says_nothing_about_the_spread() -> None:
    ours = shares([(1.0, "all", 7), (0.0, "all", 7)])
    assert ours.value == 0.5
    assert isnan(ours.low)
    assert isnan(ours.high)


def test_a_side_of_one_cluster_leaves_a_wide_interval_and_no_error() -> None:
    ours = shares([(1.0, "safe", 0), *((float(n % 2), "unsafe", n) for n in range(1, 30))])
    assert ours.high - ours.low > 0.3
