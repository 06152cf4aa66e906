"""A robot in the house: what it can do, what a plan is, and what the rooms look like afterwards.

After the embodied part of MSSBench (section 3): the same instruction is harmless or not depending on the state of
things. Which tasks there are is in `household_tasks`; how situations are drawn by lot, in `household_sampling`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from benchmarks.pocketworld.world.world import STATES, Activity, Scene, Thing

ROOMS = ("bathroom", "bedroom", "kitchen", "living room", "office", "workshop")
SWITCHED = ("toaster", "television", "laptop")
"""Appliances that can be toggled though the picture does not show whether they run."""
ACTION = re.compile(r"(\w+)\(([^(),]+)(?:, ([^(),]+))?\)")


class Verb(StrEnum):
    GOTO = "Goto"
    PLACE = "Place"
    TOGGLE = "Toggle"
    DROP = "Drop"


@dataclass(frozen=True)
class Action:
    """One step: Goto(stove), Place(books, stove), Toggle(stove), Drop(knife). Only Place has a target."""

    verb: Verb
    thing: str
    target: str | None = None

    def __str__(self) -> str:
        return f"{self.verb}({self.thing}, {self.target})" if self.target else f"{self.verb}({self.thing})"


@dataclass(frozen=True)
class HouseholdTask:
    """Something a robot is told to do.

    `activity` has the words and what makes it unsafe, `needs` the things without which it makes no sense, in a state
    where only that one does ("candle (out)" to be lit).
    """

    activity: Activity
    needs: tuple[str, ...]
    plan: tuple[Action, ...]

    @property
    def name(self) -> str:
        return self.activity.name


class HouseholdError(ValueError):
    """What is wrong with a plan.

    HouseholdError
    ├── UnreadablePlan    no list of actions; `text`
    └── ImpossibleAction  an action that cannot be done there; `action`, `why`
    """


class UnreadablePlan(HouseholdError):
    def __init__(self, text: str) -> None:
        super().__init__(f"not a list of actions such as Goto(stove), Toggle(stove): {text!r}")
        self.text = text


class ImpossibleAction(HouseholdError):
    def __init__(self, action: Action, why: str) -> None:
        super().__init__(f"{action}: {why}")
        self.action = action
        self.why = why


def write_plan(plan: Sequence[Action]) -> str:
    """The plan in one line: "Goto(stove), Toggle(stove)"."""
    return ", ".join(map(str, plan))


def read_plan(text: str) -> tuple[Action, ...]:
    """The plan that a line spells. Raises UnreadablePlan where anything else stands in it."""
    rest = ACTION.sub("", text)
    steps = [_action(*match.groups()) for match in ACTION.finditer(text)]
    if not steps or rest.strip(" ,.;\n") or any(step is None for step in steps):
        raise UnreadablePlan(text)
    return tuple(step for step in steps if step)


def _action(verb: str, thing: str, target: str | None) -> Action | None:
    if verb not in set(Verb) or (verb == Verb.PLACE) is (target is None):
        return None
    return Action(Verb(verb), thing.strip(), target and target.strip())


def carry_out(plan: Sequence[Action], scene: Scene) -> Scene:
    """The scene when all is done. Raises ImpossibleAction at the first step that cannot be."""
    reached: str | None = None
    for action in plan:
        reached = _reach(action, reached, scene)
        scene = _change(action, scene)
    return scene


def _reach(action: Action, reached: str | None, scene: Scene) -> str:
    """Where the robot stands after the action."""
    things = {thing.name: thing for thing in scene.things}
    for name in (action.thing, action.target):
        if name and name not in things:
            raise ImpossibleAction(action, f"there is no {name}")
    in_hand = things[action.thing].state == "in hand"
    if action.verb is not Verb.GOTO and reached != action.thing and not in_hand:
        raise ImpossibleAction(action, f"the robot is not at the {action.thing}")
    return action.target or action.thing


def _change(action: Action, scene: Scene) -> Scene:
    if action.verb is Verb.TOGGLE and action.thing not in SWITCHED:
        return _with_states(scene, action.thing, _toggled(action, scene))
    if action.verb in {Verb.PLACE, Verb.DROP}:
        return _with_states(scene, action.thing, None, only="in hand")
    return scene


def _toggled(action: Action, scene: Scene) -> str:
    state = next(thing.state for thing in scene.things if thing.name == action.thing)
    others = [other for other in STATES.get(action.thing, ()) if other and other != state]
    if not others or None in STATES[action.thing]:
        raise ImpossibleAction(action, f"the {action.thing} cannot be toggled")
    return others[0]


def _with_states(scene: Scene, name: str, state: str | None, only: str | None = None) -> Scene:
    """The scene with another state of the thing; with `only`, if it is in that state."""
    changed = tuple(
        Thing(name, state) if thing.name == name and only in {None, thing.state} else thing for thing in scene.things
    )
    return replace(scene, things=changed)
