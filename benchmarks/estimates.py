"""A measure with its interval, for one arm or for the difference between two arms on the same items."""

from collections.abc import Sequence

from benchmarks.clusters import KeysOf, cluster
from benchmarks.errors import BenchmarkError
from benchmarks.metrics import Measure, Scored, Unit, mean, split
from benchmarks.statistics import DRAWS, Interval, McNemar, cluster_bootstrap, mcnemar_exact


class ItemsDiffer(BenchmarkError):
    """Two arms were not asked the same questions, so that their difference would not be paired."""

    def __init__(self, measure: str, only_before: Sequence[str], only_after: Sequence[str]) -> None:
        super().__init__(f"{measure}: {len(only_before)} items only before, {len(only_after)} only after")
        self.measure = measure
        self.only_before = tuple(only_before)
        self.only_after = tuple(only_after)


def estimate(measure: Measure, scored: Sequence[Scored], keys_of: KeysOf, *, seed: int, draws: int = DRAWS) -> Interval:
    """The measure's value with a 95 % interval; `keys_of` says what is resampled as one."""
    return _interval(measure.checked_units(scored), keys_of, seed, draws, span=(0.0, 1.0))


def difference(
    measure: Measure,
    before: Sequence[Scored],
    after: Sequence[Scored],
    keys_of: KeysOf,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Interval:
    """The measure after minus before, with a 95 % interval that keeps the two answers to an item together."""
    old, new = _by_key(measure.checked_units(before)), _by_key(measure.checked_units(after))
    if old.keys() != new.keys():
        raise ItemsDiffer(measure.name, sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys()))
    changes = [Unit(key, unit.group, new[key].value - unit.value, unit.cases) for key, unit in old.items()]
    return _interval(changes, keys_of, seed, draws, span=(-1.0, 1.0))


def compare_right(before: Sequence[Scored], after: Sequence[Scored]) -> McNemar:
    """The exact McNemar test on the cases that both arms answered, one answer each."""
    old = {item.case.id: item.judgement.right for item in before}
    new = {item.case.id: item.judgement.right for item in after}
    if old.keys() != new.keys():
        raise ItemsDiffer("McNemar", sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys()))
    return mcnemar_exact(list(old.values()), [new[key] for key in old])


def _by_key(units: Sequence[Unit]) -> dict[str, Unit]:
    return {
        key: Unit(key, same[0].group, mean([unit.value for unit in same]), same[0].cases)
        for key, same in split(units, lambda unit: unit.key).items()
    }


def _interval(units: Sequence[Unit], keys_of: KeysOf, seed: int, draws: int, *, span: tuple[float, float]) -> Interval:
    return cluster_bootstrap(
        [unit.value for unit in units],
        [unit.group for unit in units],
        cluster([unit.cases for unit in units], keys_of),
        seed=seed,
        draws=draws,
        span=span,
    )
