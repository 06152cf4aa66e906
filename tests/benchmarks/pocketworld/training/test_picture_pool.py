"""Patches are labelled by what covers them, and pictures by what may be asked."""

from random import Random

from benchmarks.pocketworld.drawing.scene import Box
from benchmarks.pocketworld.training.labels import activity_named
from benchmarks.pocketworld.training.model import GRID
from benchmarks.pocketworld.training.picture_pool import (
    LABEL_OF,
    UNSURE,
    patch_labels,
    sample_contents,
)
from benchmarks.pocketworld.world.activities.catalogue import judge


def test_a_patch_is_labelled_by_what_covers_it() -> None:
    labels = patch_labels((Box("ball", 0.0, 0.0, 2 / GRID, 1.25 / GRID),)).reshape(GRID, GRID)
    ball = LABEL_OF["ball"]
    assert labels[0, :3].tolist() == [ball, ball, 0]
    assert labels[1, :3].tolist() == [UNSURE, UNSURE, 0]
    assert (labels[2:] == 0).all()


def test_sampled_pictures_come_with_what_may_be_asked_of_them() -> None:
    rng = Random(0)
    for _ in range(100):
        for shown in sample_contents(rng):
            assert shown.scene is not None
            assert not shown.safe or judge(activity_named(shown.safe), shown.scene).safe
            assert not shown.unsafe or not judge(activity_named(shown.unsafe), shown.scene).safe
