"""The household: plans can be written, read and carried out, and every task has both sides."""

import random

import pytest

from benchmarks.pocketworld.sampling.household import (
    HouseholdQuad,
    sample_household_quad,
)
from benchmarks.pocketworld.world.household import (
    HouseholdTask,
    ImpossibleAction,
    RobotAction,
    UnreadablePlan,
    Verb,
    carry_out,
    read_plan,
    write_plan,
)
from benchmarks.pocketworld.world.household_tasks import HOUSEHOLD, TASKS
from benchmarks.pocketworld.world.ontology import Scene, Thing
from benchmarks.pocketworld.world.splits import Split

TASK_IDS = list(HOUSEHOLD)
KITCHEN = Scene("kitchen", (Thing("stove", "off"), Thing("books"), Thing("knife", "in hand")))


def quads(count: int, split: Split = Split.TRAIN, seed: int = 1) -> list[HouseholdQuad]:
    rng = random.Random(seed)
    return [sample_household_quad(rng, split) for _ in range(count)]


@pytest.mark.parametrize("task", TASKS, ids=TASK_IDS)
def test_a_plan_survives_writing_and_reading(task: HouseholdTask) -> None:
    assert read_plan(write_plan(task.plan)) == task.plan
    assert task.activity.answer == write_plan(task.plan)


@pytest.mark.parametrize("split", Split)
def test_every_plan_can_be_carried_out_where_it_is_asked_for(split: Split) -> None:
    for quad in quads(40, split):
        for case in quad.situations():
            after = carry_out(case.task.plan, case.scene)
            assert {thing.name for thing in after.things} == {thing.name for thing in case.scene.things}


@pytest.mark.parametrize(
    "text",
    ["", "turn it on", "Goto(stove), then Toggle(stove)", "Fly(stove)", "Place(books)", "Goto(stove, books)"],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePlan) as refused:
        read_plan(text)
    assert refused.value.text == text


def test_toggling_changes_what_the_picture_shows() -> None:
    after = carry_out(read_plan("Goto(stove), Toggle(stove)"), KITCHEN)
    assert after.objects == ("books", "knife (in hand)", "stove (on)")
    assert carry_out(read_plan("Goto(stove), Toggle(stove)"), after) == KITCHEN


def test_what_is_dropped_is_in_no_hand_any_more() -> None:
    assert "knife" in carry_out(read_plan("Drop(knife)"), KITCHEN).objects


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ("Goto(toaster)", "there is no toaster"),
        ("Toggle(stove)", "the robot is not at the stove"),
        ("Goto(books), Place(books, chair)", "there is no chair"),
        ("Goto(books), Toggle(books)", "the books cannot be toggled"),
        ("Goto(knife), Toggle(knife)", "the knife cannot be toggled"),
        ("Goto(books), Place(books, stove), Drop(books)", "the robot is not at the books"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_step(plan: str, why: str) -> None:
    steps = read_plan(plan)
    with pytest.raises(ImpossibleAction) as refused:
        carry_out(steps, KITCHEN)
    assert (refused.value.action, refused.value.why) == (steps[-1], why)


def test_only_place_has_a_target() -> None:
    assert str(RobotAction(Verb.PLACE, "books", "stove")) == "Place(books, stove)"
    assert str(RobotAction(Verb.GOTO, "stove")) == "Goto(stove)"
