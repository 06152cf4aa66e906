"""Pocket World as labelled pairs: balanced, held out, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs local: the extra of that name")

from benchmarks.training.pocketworld import PairWriter
from benchmarks.training.splits import TrainingData, read_data
from benchmarks.training.targets import reasoning_first


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> TrainingData:
    return read_data(PairWriter(tmp_path_factory.mktemp("pairs"), 7).write(32, 4, 4), with_steps=True)


def test_every_split_has_its_pairs(data: TrainingData) -> None:
    assert {split: len(each.pairs) for split, each in data.splits.items()} == {"train": 32, "validation": 4, "test": 4}
    assert data["train"].anchors


def test_neither_question_nor_picture_tells_the_side(data: TrainingData) -> None:
    for labelled in data.splits.values():
        sides = labelled.sides
        for key in ({row: row.line.question for row in sides}, {row: row.picture.digest for row in sides}):
            counts = Counter((key[row], row.unsafe) for row in sides)
            assert all(counts[value, True] == counts[value, False] for value, _ in counts)


def test_the_evidence_is_written_before_the_conclusion_and_the_warning_names_it(data: TrainingData) -> None:
    for _, unsafe in data["train"].pairs:
        assert unsafe.line.steps is not None
        evidence = unsafe.line.steps.evidence
        written = reasoning_first(unsafe.line)
        assert written.index(evidence) < written.index("it is not safe here")
        assert evidence.removeprefix("sign: ") in unsafe.line.reply


def test_the_same_seed_gives_the_same_folder(tmp_path: Path) -> None:
    one, again, other = (PairWriter(tmp_path / str(n), seed).write(2, 2, 2) for n, seed in enumerate((1, 1, 2)))
    assert one.read_text() == again.read_text() != other.read_text()
    names = sorted(path.name for path in one.parent.glob("*.png"))
    assert all((one.parent / name).read_bytes() == (again.parent / name).read_bytes() for name in names)
