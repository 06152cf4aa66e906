"""Whether two arms differ on the same questions, and how sure one may be after many such looks.

The sign-flip test takes whole clusters: had the arms changed places on a record, all of its differences would have the
other sign. McNemar's test takes questions one by one, and finds too much where those of a record go together
(`make coverage`). Knows no case and no arm.

Sources: Fisher 1935 and Pitman 1937 (sign flips), McNemar 1947 in its exact binomial form, Phipson and Smyth 2010 (a
drawn p-value is never 0), Holm 1979.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from numpy.typing import NDArray

MOST_STEPS = 50_000_000  # additions for an exact p-value: about 0.1 s
DRAWS = 100_000  # beyond that: p = 0.05 is then known to 0.0014 (two standard errors)
DRAWS_AT_ONCE = 2_000  # bounds memory: draws × clusters × 8 bytes
SEED = 1


@dataclass(frozen=True)
class McNemar:
    """Two arms on the same items: how many only one of them got right, and the exact two-sided p-value."""

    only_before: int
    only_after: int
    p_value: float


def sign_flip(totals: Sequence[float]) -> float:
    """The two-sided p-value of clusters' total differences, each as likely to have the other sign.

    Exact where the totals are whole numbers and all sign patterns can be counted; else from `DRAWS` random ones.
    """
    sizes = np.abs([total for total in totals if total])
    if not len(sizes):
        return 1.0
    found = abs(float(np.sum(totals)))
    whole = np.rint(sizes).astype(np.int64)
    if np.allclose(whole, sizes, rtol=0, atol=1e-9):
        whole //= np.gcd.reduce(whole)
        if len(whole) * (2 * int(whole.sum()) + 1) <= MOST_STEPS:
            return _counted(whole, round(found * int(whole.sum()) / float(sizes.sum())))
    return _drawn(sizes, found)


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


def _counted(sizes: NDArray[np.int64], found: int) -> float:
    """How likely a sum of ±sizes is at least as far from 0 as `found`: one convolution for each cluster."""
    reach = int(sizes.sum())
    chances = np.zeros(2 * reach + 1)
    chances[reach] = 1.0
    for size in sizes:
        up, down = np.zeros_like(chances), np.zeros_like(chances)
        up[size:], down[:-size] = chances[:-size], chances[size:]
        chances = (up + down) / 2
    return min(1.0, float(chances[np.abs(np.arange(-reach, reach + 1)) >= found].sum()))


def _drawn(sizes: NDArray[np.float64], found: float) -> float:
    generator = np.random.default_rng(SEED)
    as_far = 0
    for _ in range(DRAWS // DRAWS_AT_ONCE):
        signs = generator.integers(0, 2, size=(DRAWS_AT_ONCE, len(sizes))) * 2 - 1
        as_far += int((np.abs(signs @ sizes) >= found * (1 - 1e-12)).sum())
    return (as_far + 1) / (DRAWS + 1)
