"""Intervals and tests against computations that share no code with ours."""

import random
from itertools import product
from math import isnan
from statistics import NormalDist

import numpy as np
import pytest

from benchmarks.statistics import cluster_bootstrap, holm, mcnemar_exact
from tests.benchmarks import reference


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


def brute_force(rows: list[tuple[float, str, int]], draws: int, seed: int) -> tuple[float, float]:
    """Resample clusters with plain loops and take percentiles from the sorted list."""
    generator = random.Random(seed)
    names = sorted({cluster for _, _, cluster in rows})
    found = []
    for _ in range(draws):
        drawn = [row for _ in names for pick in [generator.choice(names)] for row in rows if row[2] == pick]
        groups: dict[str, list[float]] = {}
        for value, group, _ in drawn:
            groups.setdefault(group, []).append(value)
        if len(groups) == len({group for _, group, _ in rows}):
            found.append(sum(sum(g) / len(g) for g in groups.values()) / len(groups))
    found.sort()
    return found[int(0.025 * len(found))], found[int(0.975 * len(found)) - 1]


def test_the_bootstrap_agrees_with_brute_force() -> None:
    generator = random.Random(3)
    rows = [
        (float(generator.random() < rate), side, cluster)
        for cluster in range(30)
        for rate in [generator.random()]
        for side in ("safe", "unsafe")
        for _ in range(generator.randint(1, 4))
    ]
    values, groups, clusters = (list(column) for column in zip(*rows, strict=True))
    ours = cluster_bootstrap(values, groups, clusters, seed=1)
    low, high = brute_force(rows, draws=4_000, seed=2)
    assert ours.clusters == 30
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=0.012)


def test_the_bootstrap_is_exact_where_all_draws_can_be_listed() -> None:
    sums = {0: [1.0, 1.0], 1: [0.0], 2: [1.0, 0.0, 0.0]}
    rows = [(value, cluster) for cluster, values in sums.items() for value in values]
    ours = cluster_bootstrap([v for v, _ in rows], ["all"] * 6, [c for _, c in rows], seed=5, level=0.5)
    every = sorted(
        sum(sum(sums[c]) for c in drawn) / sum(len(sums[c]) for c in drawn) for drawn in product(sums, repeat=3)
    )
    assert ours.low == pytest.approx(np.quantile(every, 0.25, method="inverted_cdf"))
    assert ours.high == pytest.approx(np.quantile(every, 0.75, method="inverted_cdf"))
    assert ours.value == 0.5


def test_independent_items_give_the_textbook_width() -> None:
    values = [1.0] * 120 + [0.0] * 280
    ours = cluster_bootstrap(values, ["all"] * 400, list(range(400)), seed=7)
    half = NormalDist().inv_cdf(0.975) * (0.3 * 0.7 / 400) ** 0.5
    assert (ours.low, ours.high) == pytest.approx((0.3 - half, 0.3 + half), abs=0.005)


def test_questions_of_one_record_widen_the_interval() -> None:
    values = [float(record % 3 == 0) for record in range(76) for _ in range(5)]
    alone = cluster_bootstrap(values, ["all"] * 380, list(range(380)), seed=1)
    together = cluster_bootstrap(values, ["all"] * 380, [record for record in range(76) for _ in range(5)], seed=1)
    ratio = (together.high - together.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(5**0.5, rel=0.1)


def test_the_seed_decides_the_draws() -> None:
    values, groups, clusters = [n**0.5 for n in range(40)], ["all"] * 40, list(range(40))
    once, again, other = (cluster_bootstrap(values, groups, clusters, seed=seed) for seed in (1, 1, 2))
    assert once == again
    assert once != other


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_nothing_wrong_in_forty_is_not_certainty(value: float) -> None:
    ours = cluster_bootstrap([value] * 40, ["all"] * 40, list(range(40)), seed=1)
    assert (ours.low, ours.high) == pytest.approx(reference.clopper_pearson(int(40 * value), 40))


def test_all_of_one_side_and_none_of_the_other_is_not_certainty_either() -> None:
    ours = cluster_bootstrap([1.0] * 40 + [0.0] * 20, ["safe"] * 40 + ["unsafe"] * 20, list(range(60)), seed=1)
    safe, unsafe = reference.clopper_pearson(40, 40), reference.clopper_pearson(0, 20)
    assert ours.value == 0.5
    assert (ours.low, ours.high) == pytest.approx(((safe[0] + unsafe[0]) / 2, (safe[1] + unsafe[1]) / 2))


def test_one_cluster_says_nothing_about_the_spread() -> None:
    ours = cluster_bootstrap([1.0, 0.0], ["all"] * 2, [7, 7], seed=1)
    assert ours.value == 0.5
    assert isnan(ours.low)
    assert isnan(ours.high)


def test_a_draw_without_one_of_the_groups_is_left_out() -> None:
    ours = cluster_bootstrap([1.0, 0.0, 1.0], ["safe", "unsafe", "unsafe"], [0, 1, 2], seed=1)
    assert (ours.value, ours.low, ours.high) == (0.75, 0.5, 1.0)
