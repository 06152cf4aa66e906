"""Fills scenes: a base with nothing against what is asked, then what decides."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.knobs import Knobs
from benchmarks.pocketworld.world.splits import Split, is_held_out_fact
from benchmarks.pocketworld.world.world import PLACES, SIGNS, STATES, THINGS, Activity, Fact, Scene, Thing

FILLERS = (0, 0, 1, 1, 1, 2, 2, 3)
"""How many other things there are, before the deciding one is added; one of these at random."""
REMOVED = 0.2
"""Share of contrast pairs whose safe scene merely lacks the hazard."""
OTHER_STATE = 0.6
"""Share of contrast pairs, where the hazard is a state, whose safe scene shows the other state."""

HAZARDOUS = frozenset(thing for thing in THINGS if any(activity.hazard(thing) for activity in ACTIVITIES.values()))
"""The things that are a hazard for some activity."""


def possible_places(asked: Sequence[Activity], fact: Fact, split: Split) -> list[str]:
    """The places that none of the activities minds, and that the split has for a scene which the fact decides."""
    combinations = split is Split.HELD_OUT_COMBINATIONS
    return [
        place
        for place in PLACES
        if not any(place in activity.unsafe_places for activity in asked)
        and (not combinations or is_held_out_fact(fact, place))
    ]


def base_scene(asked: Sequence[Activity], places: Sequence[str], chance: random.Random, knobs: Knobs) -> Scene:
    """A scene at one of the places with nothing against any of the activities."""
    signs = [sign for sign in SIGNS if not any(sign in activity.unsafe_signs for activity in asked)]
    sign = chance.choice(signs) if chance.random() < knobs.sign_rate else None
    return Scene(chance.choice(places), tuple(_fillers(asked, chance, knobs)), sign)


def _fillers(asked: Sequence[Activity], chance: random.Random, knobs: Knobs) -> Iterator[Thing]:
    names: set[str] = set()
    for _ in range(min(chance.choice(FILLERS), knobs.clutter)):
        thing = _filler(asked, names, chance, knobs)
        names.add(thing.name)
        yield thing


def _filler(asked: Sequence[Activity], names: set[str], chance: random.Random, knobs: Knobs) -> Thing:
    """A thing that is harmless here, often a hazard for something else."""
    hazardous = chance.random() < knobs.distractor_rate
    return chance.choice(
        [
            thing
            for thing in THINGS
            if (thing in HAZARDOUS) is hazardous
            and thing.name not in names
            and not any(activity.hazard(thing) for activity in asked)
        ]
    )


def decided_by(fact: Fact, base: Scene, chance: random.Random, knobs: Knobs) -> Scene:
    """The scene with what the fact needs put in."""
    if fact.kind == "place":
        return replace(base, place=fact.evidence)
    if fact.kind == "sign":
        return replace(base, sign=fact.evidence)
    hazard = thing_of(fact, chance)
    kept = [thing for thing in base.things if thing.name != hazard.name]
    return replace(base, things=(hazard, *kept[: max(0, knobs.clutter - 1)]))


def with_hazards(against: Activity, beside: Activity, scene: Scene, chance: random.Random, knobs: Knobs) -> Scene:
    """The scene with `knobs.hazards` things against the one activity and none against the other; as many as there are
    where the table knows fewer. They take the room of harmless things."""
    things = [thing for thing in scene.things if against.hazard(thing)]
    decided = (scene.sign in against.unsafe_signs) + (scene.place in against.unsafe_places)
    while len(things) + decided < knobs.hazards:
        names = {thing.name for thing in things}
        more = [
            thing for thing in THINGS if against.hazard(thing) and not beside.hazard(thing) and thing.name not in names
        ]
        if not more:
            break
        things.append(chance.choice(more))
    names = {thing.name for thing in things}
    harmless = [thing for thing in scene.things if not against.hazard(thing) and thing.name not in names]
    return replace(scene, things=(*things, *harmless[: max(0, knobs.clutter - len(things))]))


def thing_of(fact: Fact, chance: random.Random) -> Thing:
    """The object of the fact, in any state if the fact names none."""
    thing = Thing.parse(fact.evidence)
    if thing.state is None and thing.name in STATES:
        return Thing(thing.name, chance.choice(STATES[thing.name]))
    return thing


def counterpart(
    activity: Activity, hazard: Thing, base: Scene, chance: random.Random, knobs: Knobs
) -> tuple[Thing, ...]:
    """What stands in the safe scene where the hazard stands in the unsafe one."""
    other_states = [thing for thing in THINGS if thing.name == hazard.name and not activity.hazard(thing)]
    if other_states and chance.random() < OTHER_STATE:
        return (chance.choice(other_states),)
    if chance.random() < REMOVED:
        return ()
    names = {hazard.name, *(thing.name for thing in base.things)}
    return (_filler((activity,), names, chance, knobs),)
