"""A measure with its interval, for one arm or for the difference between two arms on the same items, and whether two
arms differ at all."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from math import lcm

from benchmarks.clusters import KeysOf, cluster
from benchmarks.errors import BenchmarkError
from benchmarks.metrics import Measure, Scored, Unit, mean, split
from benchmarks.significance import McNemar, mcnemar_exact, sign_flip
from benchmarks.statistics import ClusterSums, Interval, change_interval, share_interval


class ItemsDiffer(BenchmarkError):
    """Two arms were not asked the same questions, so that their difference would not be paired."""

    def __init__(self, measure: str, only_before: Sequence[str], only_after: Sequence[str]) -> None:
        super().__init__(f"{measure}: {len(only_before)} items only before, {len(only_after)} only after")
        self.measure = measure
        self.only_before = tuple(only_before)
        self.only_after = tuple(only_after)


@dataclass(frozen=True)
class PairedTest:
    """Two arms on the same cases: the sign-flip test by cluster, and McNemar's, which takes cases for independent."""

    p_value: float
    mcnemar: McNemar


def estimate(measure: Measure, scored: Sequence[Scored], keys_of: KeysOf) -> Interval:
    """The measure's value with a 95 % interval; `keys_of` says what belongs together."""
    return share_of(measure.checked_units(scored), keys_of)


def difference(measure: Measure, before: Sequence[Scored], after: Sequence[Scored], keys_of: KeysOf) -> Interval:
    """The measure after minus before, with a 95 % interval that keeps the two answers to an item together."""
    old, new = _by_key(measure.checked_units(before)), _by_key(measure.checked_units(after))
    _check_same(measure.name, old.keys(), new.keys())
    changes = [new[key].value - unit.value for key, unit in old.items()]
    groups = [unit.group for unit in old.values()]
    clusters = cluster([unit.cases for unit in old.values()], keys_of)
    gained, lost = (
        ClusterSums.of([max(sign * change, 0.0) for change in changes], groups, clusters) for sign in (1, -1)
    )
    return change_interval(gained, lost)


def compare_right(before: Sequence[Scored], after: Sequence[Scored], keys_of: KeysOf) -> PairedTest:
    """Whether one arm is right more often than the other on the cases that both answered.

    Both sides weigh the same in the sign-flip test, as in an average accuracy. Of several answers to a case, the first
    is set against the first, and so on.
    """
    old, new = (split(row, lambda item: item.case.id) for row in (before, after))
    _check_same("right answers", old.keys(), new.keys())
    answers = [
        (one.judgement.right, two.judgement.right) for key in old for one, two in zip(old[key], new[key], strict=False)
    ]
    cases = [items[0].case for items in old.values()]
    numbers = cluster([[case] for case in cases], keys_of)
    sizes = {side: len(items) for side, items in split(cases, lambda case: case.side).items()}
    repeats = lcm(*{len(items) for row in (old, new) for items in row.values()})
    whole = lcm(*sizes.values()) * repeats  # so that all totals are whole numbers, and can be counted
    totals = [0.0] * (max(numbers) + 1)
    for case, number in zip(cases, numbers, strict=True):
        change = _right(new[case.id]) - _right(old[case.id])
        totals[number] += change * (whole // sizes[case.side])
    return PairedTest(sign_flip(totals), mcnemar_exact([one for one, _ in answers], [two for _, two in answers]))


def share_of(units: Sequence[Unit], keys_of: KeysOf) -> Interval:
    """The mean of the groups' means of units with values between 0 and 1, with a 95 % interval."""
    clusters = cluster([unit.cases for unit in units], keys_of)
    return share_interval(ClusterSums.of([u.value for u in units], [u.group for u in units], clusters))


def _right(answers: Sequence[Scored]) -> float:
    return mean([float(item.judgement.right) for item in answers])


def _check_same(what: str, old: Set[str], new: Set[str]) -> None:
    if old != new:
        raise ItemsDiffer(what, sorted(old - new), sorted(new - old))


def _by_key(units: Sequence[Unit]) -> dict[str, Unit]:
    return {
        key: Unit(key, same[0].group, mean([unit.value for unit in same]), same[0].cases)
        for key, same in split(units, lambda unit: unit.key).items()
    }
