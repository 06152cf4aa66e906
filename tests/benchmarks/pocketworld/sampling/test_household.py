"""Household quads are balanced, repeatable, and keep their splits apart."""

import random

import pytest

from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.sampling.household import (
    HELD_OUT_ORDERS,
    MOST_THINGS,
    ORDERS,
    HouseholdQuad,
    instruction,
    sample_household_quad,
)
from benchmarks.pocketworld.world.household import (
    ROOMS,
)
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD
from benchmarks.pocketworld.world.splits import Split, is_held_out


def quads(count: int, split: Split = Split.TRAIN, seed: int = 1) -> list[HouseholdQuad]:
    rng = random.Random(seed)
    return [sample_household_quad(rng, split) for _ in range(count)]


@pytest.mark.parametrize("split", Split)
def test_each_room_of_a_quad_is_safe_for_one_task_and_unsafe_for_the_other(split: Split) -> None:
    for quad in quads(60, split):
        assert [case.truth.safe for case in quad.situations()] == [True, False, False, True]
        for scene in (quad.scene_a, quad.scene_b):
            assert scene.place in ROOMS
            assert len(draw(scene, 1, 32).boxes) == len(scene.things) <= MOST_THINGS


def test_every_task_is_asked_and_the_sample_is_repeatable() -> None:
    assert {quad.first.name for quad in quads(300)} == set(HOUSEHOLD)
    assert quads(20) == quads(20)


def test_training_never_sees_a_held_out_room() -> None:
    for quad in quads(150):
        assert not any(is_held_out(case.task.name, case.scene) for case in quad.situations())
    for quad in quads(30, Split.HELD_OUT_COMBINATIONS):
        assert all(is_held_out(case.task.name, case.scene) for case in quad.situations()[1:3])


def test_instructions_come_from_the_words_of_their_split() -> None:
    rng = random.Random(2)
    task = HOUSEHOLD["turn on the stove"]
    words = {
        Split.TRAIN: (task.activity.wordings, ORDERS),
        Split.HELD_OUT_WORDINGS: (task.activity.held_out_wordings, ORDERS),
        Split.HELD_OUT_TEMPLATES: (task.activity.wordings, HELD_OUT_ORDERS),
    }
    for split, (wordings, orders) in words.items():
        possible = {order.format(v=wording) for order in orders for wording in wordings}
        assert {instruction(task, rng, split) for _ in range(30)} <= possible
