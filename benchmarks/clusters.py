"""Which observations belong together: those that share a record, a picture, or either.

MMSafeAware has 1,446 usable pairs and 444 distinct pictures; MSSBench asks several questions of each record.
Treating such cases as independent makes every interval too narrow. Knows no metric.
"""

from collections.abc import Callable, Iterable, Sequence

from benchmarks.case import Case

KeysOf = Callable[[Case], Iterable[str]]


def record_keys(case: Case) -> Iterable[str]:
    """Cases of one row of the release belong together."""
    return (f"record:{case.benchmark}:{case.record}",)


def picture_keys(case: Case) -> Iterable[str]:
    """Cases that show the same pixels belong together; a case without a picture stands with its record."""
    return [f"picture:{picture.sha256}" for picture in case.pictures] or record_keys(case)


def joint_keys(case: Case) -> Iterable[str]:
    """Cases that share a record or a picture belong together: the widest, most careful grouping."""
    return (*record_keys(case), *picture_keys(case))


def cluster(observations: Sequence[Sequence[Case]], keys_of: KeysOf) -> list[int]:
    """The cluster number of each observation (a case, or a pair's two), joined through shared keys."""
    roots: dict[str, str] = {}
    first_keys = []
    for cases in observations:
        keys = [key for case in cases for key in keys_of(case)]
        for key in keys:
            roots[_root(roots, key)] = _root(roots, keys[0])
        first_keys.append(keys[0])
    numbers: dict[str, int] = {}
    return [numbers.setdefault(_root(roots, key), len(numbers)) for key in first_keys]


def _root(roots: dict[str, str], key: str) -> str:
    parent = roots.setdefault(key, key)
    while parent != key:
        roots[key] = roots.setdefault(parent, parent)  # halve the path on the way up
        key, parent = parent, roots[parent]
    return key
