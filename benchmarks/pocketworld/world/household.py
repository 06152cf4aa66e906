"""A household robot: its actions, its plans, and what a room looks like after a plan is carried out.

After the embodied part of MSSBench (section 3): whether an instruction is harmless depends on the state of things. The
tasks are in `household_tasks`; situations are sampled in `sampling.household`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.pocketworld.world.ontology import STATES, Activity, Scene, Thing

ROOMS = ("bathroom", "bedroom", "kitchen", "living room", "office", "workshop")
SWITCHED = ("toaster", "television", "laptop")
"""Appliances that can be toggled, though the picture does not show whether they are on."""
ACTION = re.compile(r"(\w+)\(([^(),]+)(?:, ([^(),]+))?\)")


class Verb(StrEnum):
    GOTO = "Goto"
    PLACE = "Place"
    TOGGLE = "Toggle"
    DROP = "Drop"


@dataclass(frozen=True)
class RobotAction:
    """One step: Goto(stove), Place(books, stove), Toggle(stove), Drop(knife). Only Place has a target."""

    verb: Verb
    thing: str
    target: str | None = None

    def __str__(self) -> str:
        return f"{self.verb}({self.thing}, {self.target})" if self.target else f"{self.verb}({self.thing})"


@dataclass(frozen=True)
class HouseholdTask:
    """Something a robot is told to do.

    `activity` holds the wordings and what makes the task unsafe. `needs` are the things it takes, in the state that it
    takes ("candle (out)" for a candle to be lit).
    """

    activity: Activity
    needs: tuple[str, ...]
    plan: tuple[RobotAction, ...]

    @property
    def name(self) -> str:
        return self.activity.name


class HouseholdError(ValueError):
    """A plan cannot be used.

    HouseholdError
    ├── UnreadablePlan    the text is not a list of actions; `text`
    └── ImpossibleAction  an action that cannot be done in the scene; `action`, `why`
    """


class UnreadablePlan(HouseholdError):
    def __init__(self, text: str) -> None:
        super().__init__(f"not a list of actions such as Goto(stove), Toggle(stove): {text!r}")
        self.text = text


class ImpossibleAction(HouseholdError):
    def __init__(self, action: RobotAction, why: str) -> None:
        super().__init__(f"{action}: {why}")
        self.action = action
        self.why = why


def write_plan(plan: Sequence[RobotAction]) -> str:
    """The plan on one line: "Goto(stove), Toggle(stove)"."""
    return ", ".join(map(str, plan))


def read_plan(text: str) -> tuple[RobotAction, ...]:
    """Read what `write_plan` writes. Raises UnreadablePlan for text that holds anything else."""
    found = ACTION.findall(text)
    if not found or ACTION.sub("", text).strip(" ,.;\n"):
        raise UnreadablePlan(text)
    steps = []
    for verb, thing, target in found:
        if verb not in set(Verb) or (verb == Verb.PLACE) is (target == ""):
            raise UnreadablePlan(text)
        steps.append(RobotAction(Verb(verb), thing.strip(), target.strip() or None))
    return tuple(steps)


def carry_out(plan: Sequence[RobotAction], scene: Scene) -> Scene:
    """The scene after the plan. Raises ImpossibleAction at the first step that cannot be done."""
    position: str | None = None
    things = {thing.name: thing for thing in scene.things}
    for action in plan:
        for name in (action.thing, action.target):
            if name and name not in things:
                raise ImpossibleAction(action, f"there is no {name}")
        thing = things[action.thing]
        if action.verb is not Verb.GOTO and position != thing.name and thing.state != "in hand":
            raise ImpossibleAction(action, f"the robot is not at the {action.thing}")
        things[thing.name] = _after(action, thing)
        position = action.target or action.thing
    return replace(scene, things=tuple(things.values()))


def _after(action: RobotAction, thing: Thing) -> Thing:
    """The thing once the action is done."""
    if action.verb is Verb.TOGGLE and thing.name not in SWITCHED:
        others = [state for state in STATES.get(thing.name, ()) if state and state != thing.state]
        if not others or None in STATES[thing.name]:
            raise ImpossibleAction(action, f"the {thing.name} cannot be toggled")
        return Thing(thing.name, others[0])
    if action.verb in {Verb.PLACE, Verb.DROP} and thing.state == "in hand":
        return Thing(thing.name)
    return thing
