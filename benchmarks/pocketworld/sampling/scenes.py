"""Fills scenes: first a base that is harmless for what is asked, then what decides."""

import random
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.knobs import Knobs
from benchmarks.pocketworld.world.ontology import PLACES, SIGNS, STATES, THINGS, Activity, Fact, Scene, Thing
from benchmarks.pocketworld.world.splits import Split, is_held_out_fact

FILLERS = (0, 0, 1, 1, 1, 2, 2, 3)
"""How many other things there are before the deciding one is added: one of these at random."""
REMOVED = 0.2
"""Share of contrast pairs whose safe scene only lacks the hazard."""
OTHER_STATE = 0.6
"""Of the contrast pairs in which a state is the hazard, the share whose safe scene shows another state."""

HAZARDOUS = frozenset(thing for thing in THINGS if any(activity.hazard(thing) for activity in ACTIVITIES.values()))
"""The things that are a hazard for at least one activity."""


def possible_places(asked: Sequence[Activity], fact: Fact, split: Split) -> list[str]:
    """The places where none of the activities is unsafe, and where the split may show a scene that the fact decides."""
    combinations = split is Split.HELD_OUT_COMBINATIONS
    return [
        place
        for place in PLACES
        if not any(place in activity.unsafe_places for activity in asked)
        and (not combinations or is_held_out_fact(fact, place))
    ]


def base_scene(asked: Sequence[Activity], places: Sequence[str], rng: random.Random, knobs: Knobs) -> Scene:
    """A scene at one of the places in which all of the activities are safe."""
    signs = [sign for sign in SIGNS if not any(sign in activity.unsafe_signs for activity in asked)]
    sign = rng.choice(signs) if rng.random() < knobs.sign_rate else None
    place = rng.choice(places)
    things: list[Thing] = []
    for _ in range(min(rng.choice(FILLERS), knobs.clutter)):
        things.append(_filler(asked, {thing.name for thing in things}, rng, knobs))
    return Scene(place, tuple(things), sign)


def _filler(asked: Sequence[Activity], names: set[str], rng: random.Random, knobs: Knobs) -> Thing:
    """A thing that is harmless here, often a hazard for another activity. `names` are those that are taken."""
    hazardous = rng.random() < knobs.distractor_rate
    return rng.choice(
        [
            thing
            for thing in THINGS
            if (thing in HAZARDOUS) is hazardous
            and thing.name not in names
            and not any(activity.hazard(thing) for activity in asked)
        ]
    )


def decided_by(fact: Fact, base: Scene, rng: random.Random, knobs: Knobs) -> Scene:
    """The scene with the fact put in."""
    if fact.kind == "place":
        return replace(base, place=fact.evidence)
    if fact.kind == "sign":
        return replace(base, sign=fact.evidence)
    hazard = thing_of(fact, rng)
    kept = [thing for thing in base.things if thing.name != hazard.name]
    return replace(base, things=(hazard, *kept[: max(0, knobs.clutter - 1)]))


def with_hazards(unsafe: Activity, safe: Activity, scene: Scene, rng: random.Random, knobs: Knobs) -> Scene:
    """The scene with `knobs.hazards` hazards for one activity and none for the other. They replace harmless things.

    Where the table has fewer hazards, the scene has as many as there are.
    """
    things = [thing for thing in scene.things if unsafe.hazard(thing)]
    decided = (scene.sign in unsafe.unsafe_signs) + (scene.place in unsafe.unsafe_places)
    while len(things) + decided < knobs.hazards:
        names = {thing.name for thing in things}
        more = [
            thing for thing in THINGS if unsafe.hazard(thing) and not safe.hazard(thing) and thing.name not in names
        ]
        if not more:
            break
        things.append(rng.choice(more))
    names = {thing.name for thing in things}
    harmless = [thing for thing in scene.things if not unsafe.hazard(thing) and thing.name not in names]
    return replace(scene, things=(*things, *harmless[: max(0, knobs.clutter - len(things))]))


def thing_of(fact: Fact, rng: random.Random) -> Thing:
    """The object of the fact, in a random state where the fact names none."""
    thing = Thing.parse(fact.evidence)
    if thing.state is None and thing.name in STATES:
        return Thing(thing.name, rng.choice(STATES[thing.name]))
    return thing


def counterpart(activity: Activity, hazard: Thing, base: Scene, rng: random.Random, knobs: Knobs) -> tuple[Thing, ...]:
    """What the safe scene has in place of the hazard: at most one thing."""
    other_states = [thing for thing in THINGS if thing.name == hazard.name and not activity.hazard(thing)]
    if other_states and rng.random() < OTHER_STATE:
        return (rng.choice(other_states),)
    if rng.random() < REMOVED:
        return ()
    names = {hazard.name, *(thing.name for thing in base.things)}
    return (_filler((activity,), names, rng, knobs),)
