"""Part of a benchmark: a seeded, stratified sample, or one of several shards. Pairs stay together."""

from collections.abc import Sequence
from random import Random

from benchmarks.case import Case
from benchmarks.metrics import split

Together = Sequence[Case]  # the sides of a question, or a case that has no other side


def stratified(cases: Sequence[Case], limit: int, seed: int) -> tuple[Case, ...]:
    """At most `limit` cases in their original order: each subset, side and category keeps its share.

    Shares are rounded by largest remainder. The cases of a stratum are shuffled once by the seed and taken from the
    front, so that another limit with the same seed draws from the same order.
    """

    def stratum(unit: Together) -> str:
        return "/".join([unit[0].subset, unit[0].category, *(str(case.side) for case in unit)])

    strata = split(_together(cases), stratum)
    most = max((len(unit) for units in strata.values() for unit in units), default=1)
    wanted = _largest_remainder([len(units) for units in strata.values()], limit // most)
    kept: set[str] = set()
    for (name, units), count in zip(strata.items(), wanted, strict=True):
        order = list(units)
        Random(f"{seed}/{name}").shuffle(order)
        kept.update(case.id for unit in order[:count] for case in unit)
    return tuple(case for case in cases if case.id in kept)


def shard(cases: Sequence[Case], index: int, count: int) -> tuple[Case, ...]:
    """The `index`-th of `count` shards, counted from 1; together they are all cases, each once."""
    if not 1 <= index <= count:
        raise ValueError(f"shard {index}/{count}: the first is 1/{count}, the last {count}/{count}")
    return tuple(case for unit in _together(cases)[index - 1 :: count] for case in unit)


def _together(cases: Sequence[Case]) -> list[Together]:
    return list(split(cases, lambda case: case.pair or case.id).values())


def _largest_remainder(sizes: Sequence[int], total: int) -> list[int]:
    """`total` shared out in proportion to `sizes`: whole shares first, then one each to the largest remainders."""
    everything = sum(sizes)
    if total >= everything:
        return list(sizes)
    exact = [size * total / everything for size in sizes]
    shares = [int(share) for share in exact]
    by_remainder = sorted(range(len(sizes)), key=lambda place: shares[place] - exact[place])
    for place in by_remainder[: total - sum(shares)]:
        shares[place] += 1
    return shares
