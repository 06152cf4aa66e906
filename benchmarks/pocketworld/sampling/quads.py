"""Draws situations by lot, each balanced so that neither the question nor the picture alone tells the verdict.

Everything is decided by the `random.Random` that the caller passes: the same state gives the same sample.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.pocketworld.sampling.scenes import (
    base_scene,
    counterpart,
    decided_by,
    possible_places,
    thing_of,
    with_hazards,
)
from benchmarks.pocketworld.training.question_templates import CARRIERS, HELD_OUT_CARRIERS
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS, judge, matching_facts
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.splits import Split, is_held_out, is_held_out_fact
from benchmarks.pocketworld.world.world import NOTHING, PLACES, Fact, Judgement, Scene

KIND_WEIGHTS = {"object": 60, "sign": 15, "place": 25}
"""Per cent of the situations that an object, a sign or the place decides."""
SHARED_BASE = 0.5
"""Share of quads whose two scenes differ in nothing but what decides."""
WORDING_DISTANCE = {Split.HELD_OUT_CARRIERS: 1, Split.HELD_OUT_WORDINGS: 2}
"""How far each split's questions are from training's, in the sense of `Knobs.wording_distance`."""
ATTEMPTS = 200
"""How often the rest of a scene is drawn again before its facts are given up."""

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

    @property
    def evidence_kind(self) -> str:
        """What kind of fact makes it unsafe: "object", "sign" or "place"; "nothing" where it is safe."""
        return next((fact.kind for _, fact in matching_facts(ACTIVITIES[self.activity], self.scene)), NOTHING)


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


def query(activity: str, chance: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> str:
    """A question about the activity, in the split's words, or in those that the knob tells."""
    asked, distance = ACTIVITIES[activity], knobs.wording_distance
    if distance is None:
        distance = WORDING_DISTANCE.get(split, 0)
    carriers = HELD_OUT_CARRIERS if distance in (1, 3) else CARRIERS
    wordings = asked.held_out_wordings if distance in (2, 3) else asked.wordings
    return chance.choice(carriers).format(v=chance.choice(wordings))


def sample_fact(chance: random.Random, split: Split = Split.TRAIN) -> Fact:
    """A fact of the table: its kind by weight, then each as likely as any other."""
    if split is Split.HELD_OUT_COMBINATIONS:
        return chance.choice(HELD_OUT_FACTS)
    kind = chance.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return chance.choice(FACTS_BY_KIND[kind])


def sample_quad(
    chance: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS, fact: Fact | None = None
) -> Quad:
    """Two activities and two scenes that no judge can tell apart by the question or by the picture alone.

    Scene B turns on `fact` where one is given. Raises SamplingError where the split has no scene for it.
    """
    first = fact or sample_fact(chance, split)
    for _ in range(ATTEMPTS):
        quad = _quad(first, sample_fact(chance, split), chance, split, knobs)
        if quad:
            return quad
    raise SamplingError((first,), split)


def sample_contrast(chance: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> Contrast:
    """Two scenes, one safe and one unsafe, that differ in a single object."""
    facts = HELD_OUT_FACTS if split is Split.HELD_OUT_COMBINATIONS else OBJECT_FACTS
    for _ in range(ATTEMPTS):
        pair = _contrast(chance.choice(facts), chance, split, knobs)
        if _may_show(pair.cases(), split):
            return pair
    raise SamplingError((), split)


def _contrast(fact: Fact, chance: random.Random, split: Split, knobs: Knobs) -> Contrast:
    activity, hazard = ACTIVITIES[fact.activity], thing_of(fact, chance)
    places = possible_places((activity,), fact, split)
    base = base_scene((activity,), places, chance, replace(knobs, clutter=max(0, knobs.clutter - 1)))
    kept = tuple(thing for thing in base.things if thing.name != hazard.name)
    base = replace(base, things=kept)
    harmless = counterpart(activity, hazard, base, chance, knobs)
    return Contrast(
        fact.activity,
        safe=replace(base, things=(*kept, *harmless)),
        unsafe=replace(base, things=(*kept, hazard)),
    )


def _quad(first: Fact, second: Fact, chance: random.Random, split: Split, knobs: Knobs) -> Quad | None:
    """A quad that turns on these two facts, or None where they do not go together."""
    asked = (ACTIVITIES[first.activity], ACTIVITIES[second.activity])
    places_a, places_b = (possible_places(asked, fact, split) for fact in (second, first))
    if first.activity == second.activity or not places_a or not places_b:
        return None
    shared = [place for place in places_a if place in places_b]
    for _ in range(ATTEMPTS):
        if shared and chance.random() < SHARED_BASE:
            base_a = base_b = base_scene(asked, shared, chance, knobs)
        else:
            base_a, base_b = (base_scene(asked, places, chance, knobs) for places in (places_a, places_b))
        scene_a = decided_by(second, base_a, chance, knobs)
        scene_b = decided_by(first, base_b, chance, knobs)
        if knobs.hazards > 1:
            scene_a = with_hazards(asked[1], asked[0], scene_a, chance, knobs)
            scene_b = with_hazards(asked[0], asked[1], scene_b, chance, knobs)
        quad = Quad(first.activity, second.activity, scene_a, scene_b)
        if not _is_quad(quad, knobs.hazards):
            return None
        if _may_show(quad.cases(), split):
            return quad
    return None


def _is_quad(quad: Quad, hazards: int) -> bool:
    """Whether each scene has exactly so many things against the one activity and nothing against the other."""
    counts = [sum(1 for _ in matching_facts(ACTIVITIES[case.activity], case.scene)) for case in quad.cases()]
    return counts == [0, hazards, hazards, 0]


def _may_show(cases: Iterable[Case], split: Split) -> bool:
    """Whether the split allows the cases: only held-out combinations may hold any."""
    return split is Split.HELD_OUT_COMBINATIONS or not any(is_held_out(case.activity, case.scene) for case in cases)
