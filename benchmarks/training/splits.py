"""Train, validation and test. Whatever shares a scene, a pair or a picture is in one of the three.

A model that has seen a scene in training knows it in the test, and a pair that is torn tells one side from the other by
its picture. So rows are taken together by all three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from benchmarks.case import Side
from benchmarks.training.errors import Problem, RowsRejected
from benchmarks.training.rows import SPLITS, Row, Split, read_rows

SHARES: tuple[tuple[Split, int], ...] = (("test", 10), ("validation", 20))  # per cent, each up to
PER_CENT = 100


@dataclass(frozen=True)
class LabelledPairs:
    """The rows of one split: the two sides of each pair, the safe one first, then anchors."""

    pairs: tuple[tuple[Row, Row], ...]
    anchors: tuple[Row, ...] = ()

    @property
    def sides(self) -> list[Row]:
        return [row for pair in self.pairs for row in pair]

    @property
    def rows(self) -> list[Row]:
        return [*self.sides, *self.anchors]


@dataclass(frozen=True)
class TrainingData:
    """The three splits of a file."""

    path: Path
    splits: dict[Split, LabelledPairs]

    def __getitem__(self, split: Split) -> LabelledPairs:
        return self.splits[split]

    @property
    def rows(self) -> list[Row]:
        return sorted((row for each in self.splits.values() for row in each.rows), key=lambda row: row.number)


def read_data(path: Path, *, with_steps: bool = False) -> TrainingData:
    """Read and divide a file. Raises `RowsRejected` where rows cannot be read, a side is missing, or splits overlap.

    `with_steps` refuses sides without `steps` as well.
    """
    rows = read_rows(path)
    problems = [*_torn_pairs(rows), *_overlaps(rows), *(_without_steps(rows) if with_steps else ())]
    if problems:
        raise RowsRejected(path, problems)
    divided = divide(rows)
    data = TrainingData(path, {split: _labelled(divided[split]) for split in SPLITS})
    empty = [split for split in SPLITS if not data[split].pairs]
    if empty:
        everything = tuple(row.number for row in rows)
        raise RowsRejected(path, [Problem(everything, f"no pair is left for {', '.join(empty)}: add scenes")])
    return data


def divide(rows: Sequence[Row]) -> dict[Split, list[Row]]:
    """The rows of each split: as the rows say, or 80 : 10 : 10 by a hash of the scene, the same on every machine."""
    divided: dict[Split, list[Row]] = {split: [] for split in SPLITS}
    for group in groups(rows):
        split = group[0].line.split or _split_of(min(row.line.scene for row in group))
        divided[split] += group
    return divided


def groups(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows that belong together, by scene, pair or picture, directly or through others."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            name = parents[name]
        return name

    rows = list(rows)
    for row in rows:
        first, *others = _names(row)
        for other in others:
            parents[root(other)] = root(first)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[root(next(iter(_names(row))))].append(row)
    return list(found.values())


def _names(row: Row) -> Iterator[str]:
    yield f"scene {row.line.scene}"
    yield f"picture {row.picture.digest}"
    if row.line.pair is not None:
        yield f"pair {row.line.pair}"


def _split_of(scene: str) -> Split:
    percentile = crc32(scene.encode()) % PER_CENT
    return next((split for split, share in SHARES if percentile < share), "train")


def _labelled(rows: Iterable[Row]) -> LabelledPairs:
    sides: dict[str, list[Row]] = defaultdict(list)
    anchors: list[Row] = []
    for row in rows:
        (anchors if row.line.pair is None else sides[row.line.pair]).append(row)
    pairs = (sorted(pair, key=lambda row: row.unsafe) for pair in sides.values())
    return LabelledPairs(tuple((safe, unsafe) for safe, unsafe in pairs), tuple(anchors))


def _torn_pairs(rows: Sequence[Row]) -> Iterator[Problem]:
    """Pairs that are not one safe and one unsafe row."""
    sides: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.line.pair is not None:
            sides[row.line.pair].append(row)
    if not sides:
        yield Problem(tuple(row.number for row in rows), "all are anchors; there is no pair")
    one_sided: dict[str, list[int]] = defaultdict(list)
    for pair in sides.values():
        found = sorted(str(row.line.side) for row in pair)
        if found != sorted(Side):
            one_sided[" and ".join(found)] += [row.number for row in pair]
    for found_sides, numbers in one_sided.items():
        yield Problem(tuple(numbers), f"a pair is one safe and one unsafe row, here it is {found_sides}")


def _overlaps(rows: Sequence[Row]) -> Iterator[Problem]:
    """Rows that say a split although their scene, pair or picture is in another one too."""
    unsaid = tuple(row.number for row in rows if row.line.split is None)
    if unsaid and len(unsaid) < len(rows):
        yield Problem(unsaid, "`split` is missing; give it for all rows or for none")
        return
    for group in groups(rows):
        splits = sorted({row.line.split for row in group if row.line.split})
        if len(splits) > 1:
            numbers = tuple(row.number for row in group)
            yield Problem(numbers, f"they share a scene, a pair or a picture, and are in {' and '.join(splits)}")


def _without_steps(rows: Sequence[Row]) -> Iterator[Problem]:
    numbers = tuple(row.number for row in rows if row.line.pair is not None and row.line.steps is None)
    if numbers:
        yield Problem(numbers, "`steps` are missing, which the target is made of")
