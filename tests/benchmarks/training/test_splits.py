"""Rows that share a scene, a pair or a picture stay in one split; what would leak or is one-sided is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.training.errors import Problem, RowsRejected
from benchmarks.training.rows import read_rows
from benchmarks.training.splits import divide, groups, read_data
from tests.benchmarks.training.conftest import Folder


def rejected(path: Path, *, with_steps: bool = False) -> tuple[Problem, ...]:
    with pytest.raises(RowsRejected) as caught:
        read_data(path, with_steps=with_steps)
    return caught.value.problems


def test_splits_that_the_rows_name_are_kept(small: Path) -> None:
    data = read_data(small, with_steps=True)
    assert {split: len(each.pairs) for split, each in data.splits.items()} == {"train": 4, "validation": 2, "test": 2}
    assert [[row.unsafe for row in pair] for pair in data["test"].pairs] == [[False, True]] * 2
    assert len(data["train"].anchors) == 1
    assert [row.number for row in data.rows] == list(range(1, 18))


def test_without_named_splits_scenes_are_divided_the_same_every_time(folder: Folder) -> None:
    for number in range(60):
        folder.pair(number, None, scene=f"scene {number // 2}")
    rows = read_rows(folder.write())
    divided = divide(rows)
    assert divided == divide(rows)
    scenes = {split: {row.line.scene for row in each} for split, each in divided.items()}
    assert sum(map(len, scenes.values())) == 30
    assert len(scenes["train"]) > len(scenes["validation"]) + len(scenes["test"])


def test_rows_belong_together_by_scene_pair_and_picture(folder: Folder) -> None:
    folder.pair(1, None)
    folder.pair(2, None, scene="scene 1")  # by scene
    folder.row(3, pair="2", side="safe")  # by pair
    folder.row(3, question="What is this?", scene="elsewhere")  # by picture
    folder.pair(4, None)
    assert [len(group) for group in groups(read_rows(folder.write()))] == [6, 2]


@pytest.mark.parametrize(
    ("shared", "value"), [("scene", "scene 1"), ("picture", "1_safe.png")], ids=["scene", "picture"]
)
def test_what_is_in_training_and_in_the_test_is_named(folder: Folder, shared: str, value: str) -> None:
    for number, split in enumerate(["train", "train", "validation", "test"]):
        folder.pair(number, split)
    folder.rows[-1][shared] = value
    (problem,) = rejected(folder.write())
    assert problem.rows == (3, 4, 7, 8)
    assert "are in test and train" in problem.reason


def test_one_sided_pairs_are_named(folder: Folder) -> None:
    for number, split in enumerate(["train", "train", "validation", "test"]):
        folder.pair(number, split)
    folder.rows[1]["side"] = "safe"
    folder.row(9, pair="9", side="unsafe", split="train")
    assert [(each.rows, each.reason.rpartition("it is ")[2]) for each in rejected(folder.write())] == [
        ((1, 2), "safe and safe"),
        ((9,), "unsafe"),
    ]


def test_anchors_alone_are_no_data(folder: Folder) -> None:
    folder.row(1)
    assert "there is no pair" in rejected(folder.write())[0].reason


def test_a_split_for_some_rows_only_is_refused(folder: Folder) -> None:
    folder.pair(1, "train")
    folder.pair(2, None)
    (problem,) = rejected(folder.write())
    assert (problem.rows, problem.reason.partition(";")[0]) == ((3, 4), "`split` is missing")


def test_a_split_without_a_pair_is_refused(folder: Folder) -> None:
    folder.pair(1, "train")
    assert "for validation, test" in rejected(folder.write())[0].reason


def test_sides_without_steps_are_refused_where_the_target_is_made_of_them(folder: Folder) -> None:
    for number, split in enumerate(["train", "validation", "test"]):
        folder.pair(number, split)
    del folder.rows[2]["steps"]
    read_data(folder.write())
    assert rejected(folder.path, with_steps=True)[0].rows == (3,)
