"""Intervals of shares, and of their differences, where questions come in clusters. Knows no case and no arm.

Each group's share has a Wilson interval for as many trials as its questions are worth: p (1 - p) / V, with the variance
V of whole clusters (CR2) and Student's t at Bell and McCaffrey's degrees of freedom. The groups are put together by
MOVER, which keeps their correlation. A difference is a share gained less a share lost, by the same rule. Such an
interval never has width zero. It was chosen by simulation (`make coverage`).

Sources: Wilson 1927; Korn and Graubard 1998 (effective trials); Bell and McCaffrey 2002 (CR2); Zou and Donner 2008
(MOVER); Franco, Little, Louis and Slud 2019 (which intervals hold for shares from clusters).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit  # type: ignore[import-untyped]

LEVEL = 0.95
FEW_CLUSTERS = 20  # from here on the interval was found to hold; below, a report warns
NEGLIGIBLE = 1e-12  # a variance or a distance from 0 or 1 below this is rounding

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A value with its interval; nan limits where fewer than two clusters say nothing about the spread."""

    value: float
    low: float
    high: float
    clusters: int


@dataclass(frozen=True)
class ClusterSums:
    """Each cluster's sum and count in each group, both clusters × groups: all that an interval needs."""

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


def share_interval(table: ClusterSums, level: float = LEVEL) -> Interval:
    """The mean of the groups' shares; every value is between 0 and 1."""
    groups = table.sums.shape[1]
    return _mover(table.sums, table.counts, np.full(groups, 1 / groups), level)


def change_interval(gained: ClusterSums, lost: ClusterSums, level: float = LEVEL) -> Interval:
    """The mean of the groups' gains less their losses: what one arm has over another on the same questions.

    `gained` sums the rises of a value, `lost` its falls, both over the same questions and at least 0.
    """
    groups = gained.sums.shape[1]
    weights = np.concatenate([np.full(groups, 1 / groups), np.full(groups, -1 / groups)])
    sums, counts = np.hstack([gained.sums, lost.sums]), np.hstack([gained.counts, lost.counts])
    return _mover(sums, counts, weights, level)


def _mover(sums: Floats, counts: Floats, weights: Floats, level: float) -> Interval:
    """The weighted sum of the columns' shares. Each limit is as far off as the shares' own limits are together."""
    shares = sums.sum(axis=0) / counts.sum(axis=0)
    value, clusters = float(shares @ weights), len(sums)
    if clusters < 2:
        return Interval(value, nan, nan, clusters)
    covariance = _covariance(sums, counts, shares)
    student = float(stdtrit(_degrees_of_freedom(counts, np.abs(weights)), (1 + level) / 2))
    low, high = _wilson(shares, _effective_trials(shares, covariance, counts), student)
    correlation = _correlation(covariance)
    falls = np.where(weights > 0, weights * (shares - low), weights * (shares - high))
    rises = np.where(weights > 0, weights * (high - shares), weights * (low - shares))
    signed = correlation * np.outer(np.sign(weights), np.sign(weights))
    down, up = (sqrt(max(float(reach @ signed @ reach), 0.0)) for reach in (falls, rises))
    return Interval(value, value - down, value + up, clusters)


def _covariance(sums: Floats, counts: Floats, shares: Floats) -> Floats:
    """CR2: of the columns' shares, from whole clusters, unbiased where questions are in truth independent."""
    total = counts.sum(axis=0)
    residuals = (sums - shares * counts) / total / np.sqrt(np.maximum(1 - counts / total, NEGLIGIBLE))
    covariance: Floats = residuals.T @ residuals
    return covariance


def _degrees_of_freedom(counts: Floats, weights: Floats) -> float:
    """Bell and McCaffrey's, by Satterthwaite: fewer than there are clusters where a few hold most questions."""
    total = counts.sum(axis=0)
    parts = counts / total
    scaled = weights / np.sqrt(total) / np.sqrt(np.maximum(1 - parts, NEGLIGIBLE))
    own, shared = (scaled**2 * parts).sum(axis=1), scaled * parts
    trace = (own - (shared**2).sum(axis=1)).sum()
    squared = (own**2).sum() - 2 * (own * (shared**2).sum(axis=1)).sum() + ((shared.T @ shared) ** 2).sum()
    return max(float(trace**2 / squared), 1.0) if squared > 0 else 1.0


def _effective_trials(shares: Floats, covariance: Floats, counts: Floats) -> Floats:
    """How many independent questions each column is worth: no more than it has, and one a cluster where it does not
    vary, since nothing then shows how alike the questions of a cluster are."""
    variance, spread = np.diag(covariance), shares * (1 - shares)
    varies = (variance > NEGLIGIBLE) & (spread > NEGLIGIBLE)
    worth = np.divide(spread, variance, out=(counts > 0).sum(axis=0).astype(np.float64), where=varies)
    trials: Floats = np.clip(worth, 1.0, counts.sum(axis=0))
    return trials


def _wilson(shares: Floats, trials: Floats, student: float) -> tuple[Floats, Floats]:
    pull = student**2 / trials
    middle = (shares + pull / 2) / (1 + pull)
    reach = student / (1 + pull) * np.sqrt(shares * (1 - shares) / trials + pull / trials / 4)
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _correlation(covariance: Floats) -> Floats:
    """Of the columns; a column that does not vary goes with no other."""
    deviation = np.sqrt(np.diag(covariance))
    scale = np.outer(deviation, deviation)
    correlation: Floats = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > NEGLIGIBLE)
    np.fill_diagonal(correlation, 1.0)
    return correlation
