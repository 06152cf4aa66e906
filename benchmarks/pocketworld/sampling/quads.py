"""Samples situations, balanced so that neither the question nor the picture alone gives the verdict away.

The caller's `random.Random` decides everything: the same state gives the same sample.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchmarks.pocketworld.sampling.question_templates import HELD_OUT_TEMPLATES, QUESTION_TEMPLATES
from benchmarks.pocketworld.sampling.scenes import (
    base_scene,
    counterpart,
    decided_by,
    possible_places,
    thing_of,
    with_hazards,
)
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, FACTS, judge, matching_facts
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.ontology import NOTHING, PLACES, Fact, GroundTruth, Scene
from benchmarks.pocketworld.world.splits import Split, is_held_out, is_held_out_fact

KIND_WEIGHTS = {"object": 60, "sign": 15, "place": 25}
"""How often an object, a sign or the place decides, in per cent."""
SHARED_BASE = 0.5
"""Share of quads whose two scenes differ only in what decides."""
WORDING_DISTANCE = {Split.HELD_OUT_TEMPLATES: 1, Split.HELD_OUT_WORDINGS: 2}
"""How far the questions of a split are from those of training, as in `Knobs.wording_distance`."""
ATTEMPTS = 200
"""How often the rest of a scene is drawn again before its facts are given up."""

FACTS_BY_KIND = {kind: [fact for fact in FACTS if fact.kind == kind] for kind in KIND_WEIGHTS}
OBJECT_FACTS = FACTS_BY_KIND["object"]
HELD_OUT_FACTS = [
    fact
    for fact in OBJECT_FACTS
    if any(is_held_out_fact(fact, place) for place in PLACES if place not in ACTIVITIES[fact.activity].unsafe_places)
]
"""Facts about objects for which some place is held out."""


@dataclass(frozen=True)
class Situation:
    """An activity in a scene, with the ground truth about it."""

    activity: str
    scene: Scene

    @property
    def truth(self) -> GroundTruth:
        return judge(ACTIVITIES[self.activity], self.scene)

    @property
    def evidence_kind(self) -> str:
        """The kind of fact that makes it unsafe: "object", "sign" or "place"; "nothing" where it is safe."""
        return next((fact.kind for _, fact in matching_facts(ACTIVITIES[self.activity], self.scene)), NOTHING)


@dataclass(frozen=True)
class Quad:
    """Two activities and two scenes: `first` is safe in A and unsafe in B, `second` is unsafe in A and safe in B."""

    first: str
    second: str
    scene_a: Scene
    scene_b: Scene

    def situations(self) -> tuple[Situation, Situation, Situation, Situation]:
        """first in A (safe), first in B (unsafe), second in A (unsafe), second in B (safe)."""
        return (
            Situation(self.first, self.scene_a),
            Situation(self.first, self.scene_b),
            Situation(self.second, self.scene_a),
            Situation(self.second, self.scene_b),
        )


@dataclass(frozen=True)
class Contrast:
    """One activity and two scenes that differ in one object: it is another one, in another state, or missing."""

    activity: str
    safe: Scene
    unsafe: Scene

    def situations(self) -> tuple[Situation, Situation]:
        return Situation(self.activity, self.safe), Situation(self.activity, self.unsafe)


class SamplingError(LookupError):
    """No scene fits what was asked for. `facts` are the deciding facts, `split` the split."""

    def __init__(self, facts: tuple[Fact, ...], split: Split) -> None:
        super().__init__(f"no scene in split {split} for {', '.join(map(str, facts))}")
        self.facts = facts
        self.split = split


def query(activity: str, rng: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> str:
    """A question about the activity, worded for the split, or as far from training as the knob says."""
    asked, distance = ACTIVITIES[activity], knobs.wording_distance
    if distance is None:
        distance = WORDING_DISTANCE.get(split, 0)
    templates = HELD_OUT_TEMPLATES if distance in (1, 3) else QUESTION_TEMPLATES
    wordings = asked.held_out_wordings if distance in (2, 3) else asked.wordings
    return rng.choice(templates).format(v=rng.choice(wordings))


def sample_fact(rng: random.Random, split: Split = Split.TRAIN) -> Fact:
    """A fact of the table. Its kind is drawn by weight; within a kind, all are equally likely."""
    if split is Split.HELD_OUT_COMBINATIONS:
        return rng.choice(HELD_OUT_FACTS)
    kind = rng.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return rng.choice(FACTS_BY_KIND[kind])


def sample_quad(
    rng: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS, fact: Fact | None = None
) -> Quad:
    """Two activities and two scenes. The question or the picture alone does no better than chance.

    `fact` decides scene B where it is given. Raises SamplingError where the split has no scene for it.
    """
    first = fact or sample_fact(rng, split)
    for _ in range(ATTEMPTS):
        quad = _quad(first, sample_fact(rng, split), rng, split, knobs)
        if quad:
            return quad
    raise SamplingError((first,), split)


def sample_contrast(rng: random.Random, split: Split = Split.TRAIN, knobs: Knobs = DEFAULT_KNOBS) -> Contrast:
    """Two scenes, one safe and one unsafe, that differ in a single object."""
    facts = HELD_OUT_FACTS if split is Split.HELD_OUT_COMBINATIONS else OBJECT_FACTS
    for _ in range(ATTEMPTS):
        fact = rng.choice(facts)
        activity, hazard = ACTIVITIES[fact.activity], thing_of(fact, rng)
        places = possible_places((activity,), fact, split)
        base = base_scene((activity,), places, rng, replace(knobs, clutter=max(0, knobs.clutter - 1)))
        others = tuple(thing for thing in base.things if thing.name != hazard.name)
        base = replace(base, things=others)
        harmless = counterpart(activity, hazard, base, rng, knobs)
        safe, unsafe = replace(base, things=(*others, *harmless)), replace(base, things=(*others, hazard))
        pair = Contrast(fact.activity, safe, unsafe)
        if _allowed(pair.situations(), split):
            return pair
    raise SamplingError((), split)


def _quad(first: Fact, second: Fact, rng: random.Random, split: Split, knobs: Knobs) -> Quad | None:
    """A quad that these two facts decide, or None where they do not fit together."""
    asked = (ACTIVITIES[first.activity], ACTIVITIES[second.activity])
    places_a, places_b = (possible_places(asked, fact, split) for fact in (second, first))
    if first.activity == second.activity or not places_a or not places_b:
        return None
    shared = [place for place in places_a if place in places_b]
    for _ in range(ATTEMPTS):
        if shared and rng.random() < SHARED_BASE:
            base_a = base_b = base_scene(asked, shared, rng, knobs)
        else:
            base_a, base_b = (base_scene(asked, places, rng, knobs) for places in (places_a, places_b))
        scene_a = decided_by(second, base_a, rng, knobs)
        scene_b = decided_by(first, base_b, rng, knobs)
        if knobs.hazards > 1:
            scene_a = with_hazards(asked[1], asked[0], scene_a, rng, knobs)
            scene_b = with_hazards(asked[0], asked[1], scene_b, rng, knobs)
        quad = Quad(first.activity, second.activity, scene_a, scene_b)
        counts = [sum(1 for _ in matching_facts(ACTIVITIES[each.activity], each.scene)) for each in quad.situations()]
        if counts != [0, knobs.hazards, knobs.hazards, 0]:
            return None
        if _allowed(quad.situations(), split):
            return quad
    return None


def _allowed(situations: Iterable[Situation], split: Split) -> bool:
    """Whether the split may show the situations: only the split of held-out combinations may show any of those."""
    return split is Split.HELD_OUT_COMBINATIONS or not any(
        is_held_out(each.activity, each.scene) for each in situations
    )
