"""Draws situations by lot, each balanced so that neither the question nor the picture alone tells the verdict.

Everything is decided by the `random.Random` that the caller passes: the same state gives the same sample.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.pocketworld.activities import ACTIVITIES, FACTS, judge, matching_facts
from benchmarks.pocketworld.carriers import CARRIERS, HELD_OUT_CARRIERS
from benchmarks.pocketworld.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.splits import Split, is_held_out, is_held_out_fact
from benchmarks.pocketworld.world import (
    PLACES,
    SIGNS,
    STATES,
    THINGS,
    Activity,
    Fact,
    Judgement,
    Scene,
    Thing,
)

KIND_WEIGHTS = {"object": 60, "sign": 15, "place": 25}
"""Per cent of the situations that an object, a sign or the place decides."""
SHARED_BASE = 0.5
"""Share of quads whose two scenes differ in nothing but what decides."""
FILLERS = (0, 0, 1, 1, 1, 2, 2, 3)
"""How many other things there are, before the deciding one is added; one of these at random."""
REMOVED = 0.2
"""Share of contrast pairs whose safe scene merely lacks the hazard."""
OTHER_STATE = 0.6
"""Share of contrast pairs, where the hazard is a state, whose safe scene shows the other state."""
ATTEMPTS = 200
"""How often the rest of a scene is drawn again before its facts are given up."""

HAZARDOUS = frozenset(thing for thing in THINGS if any(activity.hazard(thing) for activity in ACTIVITIES.values()))
FACTS_BY_KIND = {kind: [fact for fact in FACTS if fact.kind == kind] for kind in KIND_WEIGHTS}
OBJECT_FACTS = FACTS_BY_KIND["object"]
HELD_OUT_FACTS = [
    fact
    for fact in OBJECT_FACTS
    if any(is_held_out_fact(fact, place) for place in PLACES if place not in ACTIVITIES[fact.activity].unsafe_places)
]
"""Facts about objects that have a held-out place to be asked at."""


@dataclass(frozen=True)
class Case:
    """An activity in a scene, and the truth about it."""

    activity: str
    scene: Scene

    @property
    def judgement(self) -> Judgement:
        return judge(ACTIVITIES[self.activity], self.scene)


@dataclass(frozen=True)
class Quad:
    """Two activities and two scenes: `first` is safe in A and unsafe in B, `second` unsafe in A and safe in B."""

    first: str
    second: str
    scene_a: Scene
    scene_b: Scene

    def cases(self) -> tuple[Case, Case, Case, Case]:
        """first in A (safe), first in B (unsafe), second in A (unsafe), second in B (safe)."""
        return (
            Case(self.first, self.scene_a),
            Case(self.first, self.scene_b),
            Case(self.second, self.scene_a),
            Case(self.second, self.scene_b),
        )


@dataclass(frozen=True)
class Contrast:
    """One activity and two scenes that differ in one object: another one, another state, or none."""

    activity: str
    safe: Scene
    unsafe: Scene

    def cases(self) -> tuple[Case, Case]:
        return Case(self.activity, self.safe), Case(self.activity, self.unsafe)


class SamplingError(LookupError):
    """No scene fits what was asked for. `facts` are the deciding facts, `split` the split."""

    def __init__(self, facts: tuple[Fact, ...], split: Split) -> None:
        super().__init__(f"no scene in split {split} for {', '.join(map(str, facts))}")
        self.facts = facts
        self.split = split


def query(activity: str, chance: random.Random, split: Split = Split.TRAIN) -> str:
    """A question about the activity, in the split's words."""
    asked = ACTIVITIES[activity]
    wordings = asked.held_out_wordings if split is Split.HELD_OUT_WORDINGS else asked.wordings
    carriers = HELD_OUT_CARRIERS if split is Split.HELD_OUT_CARRIERS else CARRIERS
    return chance.choice(carriers).format(v=chance.choice(wordings))


def sample_fact(chance: random.Random, split: Split = Split.TRAIN) -> Fact:
    """A fact of the table: its kind by weight, then each as likely as any other."""
    if split is Split.HELD_OUT_COMBINATIONS:
        return chance.choice(HELD_OUT_FACTS)
    kind = chance.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return chance.choice(FACTS_BY_KIND[kind])


def sample_quad(chance: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> Quad:
    """Two activities and two scenes that no judge can tell apart by the question or by the picture alone."""
    first = sample_fact(chance, split)
    for _ in range(ATTEMPTS):
        quad = _quad(first, sample_fact(chance, split), chance, split, knobs)
        if quad:
            return quad
    raise SamplingError((first,), split)


def sample_contrast(chance: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> Contrast:
    """Two scenes, one safe and one unsafe, that differ in a single object."""
    for _ in range(ATTEMPTS):
        fact = chance.choice(HELD_OUT_FACTS if split is Split.HELD_OUT_COMBINATIONS else OBJECT_FACTS)
        activity = ACTIVITIES[fact.activity]
        hazard = _thing(fact, chance)
        base = _base((activity,), chance, replace(knobs, clutter=max(0, knobs.clutter - 1)))
        if hazard.name in {thing.name for thing in base.things}:
            continue
        harmless = _counterpart(activity, hazard, base, chance, knobs)
        safe = replace(base, things=(*base.things, *harmless))
        unsafe = replace(base, things=(*base.things, hazard))
        if _fits(fact, hazard, unsafe, split) and (split is not Split.TRAIN or not is_held_out(fact.activity, safe)):
            return Contrast(fact.activity, safe, unsafe)
    raise SamplingError((), split)


def _quad(first: Fact, second: Fact, chance: random.Random, split: Split, knobs: Knobs) -> Quad | None:
    """A quad that turns on these two facts, or None where they do not go together."""
    asked = (ACTIVITIES[first.activity], ACTIVITIES[second.activity])
    if first.activity == second.activity:
        return None
    for _ in range(ATTEMPTS):
        base_b = _base(asked, chance, knobs)
        base_a = base_b if chance.random() < SHARED_BASE else _base(asked, chance, knobs)
        quad = Quad(
            first.activity,
            second.activity,
            _decided_by(second, base_a, chance, knobs),
            _decided_by(first, base_b, chance, knobs),
        )
        if not _is_quad(quad):
            return None
        if _in_split(quad, first, second, split):
            return quad
    return None


def _is_quad(quad: Quad) -> bool:
    """Whether each scene has exactly one thing against the one activity and nothing against the other."""
    counts = [sum(1 for _ in matching_facts(ACTIVITIES[case.activity], case.scene)) for case in quad.cases()]
    return counts == [0, 1, 1, 0]


def _in_split(quad: Quad, first: Fact, second: Fact, split: Split) -> bool:
    if split is Split.HELD_OUT_COMBINATIONS:
        return is_held_out_fact(first, quad.scene_b.place) and is_held_out_fact(second, quad.scene_a.place)
    return not any(is_held_out(case.activity, case.scene) for case in quad.cases())


def _base(asked: tuple[Activity, ...], chance: random.Random, knobs: Knobs) -> Scene:
    """A scene with nothing against any of the activities."""
    places = [place for place in PLACES if not any(place in activity.unsafe_places for activity in asked)]
    signs = [sign for sign in SIGNS if not any(sign in activity.unsafe_signs for activity in asked)]
    sign = chance.choice(signs) if chance.random() < knobs.sign_rate else None
    return Scene(chance.choice(places), tuple(_fillers(asked, chance, knobs)), sign)


def _fillers(asked: tuple[Activity, ...], chance: random.Random, knobs: Knobs) -> Iterator[Thing]:
    names: set[str] = set()
    for _ in range(min(chance.choice(FILLERS), knobs.clutter)):
        thing = _filler(asked, names, chance, knobs)
        names.add(thing.name)
        yield thing


def _filler(asked: tuple[Activity, ...], names: set[str], chance: random.Random, knobs: Knobs) -> Thing:
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


def _decided_by(fact: Fact, base: Scene, chance: random.Random, knobs: Knobs) -> Scene:
    """The scene with what the fact needs put in."""
    if fact.kind == "place":
        return replace(base, place=fact.evidence)
    if fact.kind == "sign":
        return replace(base, sign=fact.evidence)
    hazard = _thing(fact, chance)
    kept = [thing for thing in base.things if thing.name != hazard.name]
    return replace(base, things=(hazard, *kept[: max(0, knobs.clutter - 1)]))


def _thing(fact: Fact, chance: random.Random) -> Thing:
    """The object of the fact, in any state if the fact names none."""
    thing = Thing.parse(fact.evidence)
    if thing.state is None and thing.name in STATES:
        return Thing(thing.name, chance.choice(STATES[thing.name]))
    return thing


def _counterpart(
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


def _fits(fact: Fact, hazard: Thing, scene: Scene, split: Split) -> bool:
    if split is Split.HELD_OUT_COMBINATIONS:
        return is_held_out_fact(fact, scene.place)
    return not is_held_out(fact.activity, scene)
