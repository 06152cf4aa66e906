"""Intervals and tests on plain numbers: cluster bootstrap, exact McNemar, Holm. Knows no case and no arm.

Sources: Efron and Tibshirani 1993 (percentile bootstrap), Cameron, Gelbach and Miller 2008 (resampling whole
clusters), McNemar 1947 in its exact binomial form, Holm 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, nan

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
DRAWS = 10_000  # the percentiles of two runs with different seeds then agree to about 0.1 points
DRAWS_AT_ONCE = 1_000  # bounds memory: draws × clusters × 8 bytes

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A value with its interval; nan limits where fewer than two clusters say nothing about the spread."""

    value: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True)
class McNemar:
    """Two arms on the same items: how many only one of them got right, and the exact two-sided p-value."""

    only_before: int
    only_after: int
    p_value: float


@dataclass(frozen=True)
class ClusterSums:
    """Each cluster's sum and count in each group: all that a resampled mean of group means needs."""

    sums: Floats
    counts: Floats

    @classmethod
    def of(cls, values: Sequence[float], groups: Sequence[str], clusters: Sequence[int]) -> "ClusterSums":
        columns = {group: column for column, group in enumerate(dict.fromkeys(groups))}
        rows = {cluster: row for row, cluster in enumerate(dict.fromkeys(clusters))}
        where = [rows[cluster] for cluster in clusters], [columns[group] for group in groups]
        sums, counts = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
        np.add.at(sums, where, values)
        np.add.at(counts, where, 1.0)
        return cls(sums, counts)

    def means(self, weights: Floats) -> Floats:
        """The mean of group means for each row of cluster weights; nan where a group got no cluster."""
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio: Floats = (weights @ self.sums) / (weights @ self.counts)
        means: Floats = ratio.mean(axis=1)
        return means


def cluster_bootstrap(
    values: Sequence[float],
    groups: Sequence[str],
    clusters: Sequence[int],
    *,
    seed: int,
    draws: int = DRAWS,
    level: float = LEVEL,
    span: tuple[float, float] = (0.0, 1.0),
) -> Interval:
    """The mean of group means and its percentile interval, whole clusters drawn with replacement.

    A draw in which a group is empty has no value and is left out. Where no group varies (0 of 40 right), no draw
    can differ; each group's limits then reach towards the ends of `span`, the range of a value, as far as Clopper
    and Pearson's do for as many trials as the group has clusters, and are averaged like the groups.
    """
    table = ClusterSums.of(values, groups, clusters)
    count = len(table.sums)
    value = float(table.means(np.ones((1, count)))[0])
    if count < 2:
        return Interval(value, nan, nan, count)
    tail = (1 - level) / 2
    if len(set(zip(groups, values, strict=True))) == table.sums.shape[1]:
        return Interval(value, *_unvaried_limits(table, tail, span), count)
    generator, fair = np.random.default_rng(seed), np.full(count, 1 / count)
    sizes = [min(DRAWS_AT_ONCE, draws - start) for start in range(0, draws, DRAWS_AT_ONCE)]
    weights = (generator.multinomial(count, fair, size=size).astype(np.float64) for size in sizes)
    drawn = np.concatenate([table.means(each) for each in weights])
    low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return Interval(value, float(low), float(high), count)


def mcnemar_exact(before: Sequence[bool], after: Sequence[bool]) -> McNemar:
    """Whether two arms differ on the same items: a fair coin for each item that only one got right."""
    pairs = list(zip(before, after, strict=True))
    only_before = sum(first and not second for first, second in pairs)
    only_after = sum(second and not first for first, second in pairs)
    tosses, fewer = only_before + only_after, min(only_before, only_after)
    tail: int = sum(comb(tosses, k) for k in range(fewer + 1))
    return McNemar(only_before, only_after, min(1.0, float(Fraction(2 * tail, 2**tosses))))


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p-values, in the order given; they bound the chance of any false finding among them."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return tuple(adjusted)


def _unvaried_limits(table: ClusterSums, tail: float, span: tuple[float, float]) -> tuple[float, float]:
    values = table.sums.sum(axis=0) / table.counts.sum(axis=0)
    reach = 1 - tail ** (1 / np.count_nonzero(table.counts, axis=0))
    low, high = values - (values - span[0]) * reach, values + (span[1] - values) * reach
    return float(low.mean()), float(high.mean())
