"""What is held out from training. A hash of the words decides, so the splits are the same on every run and machine."""

import random
import zlib
from enum import StrEnum

from benchmarks.pocketworld.world.ontology import Fact, Scene, Thing

HELD_OUT_SEED = 1_000_000_000
"""Rendering seeds from here on are never used in training."""
LAST_SEED = 2_000_000_000
HELD_OUT_TRIPLES = 12
"""Per cent of (activity, place, object) that training never asks about."""
HELD_OUT_PAIRS = 8
"""Per cent of (place, object) that training never shows."""


class Split(StrEnum):
    """TRAIN, or the one way in which a situation differs from it. Every other split also has held-out renderings.

    The values are the names in published figures and records. There, question templates are called carriers.
    """

    TRAIN = "train"
    HELD_OUT_WORDINGS = "held-out wordings"
    HELD_OUT_TEMPLATES = "held-out carriers"
    HELD_OUT_RENDERINGS = "held-out renderings"
    HELD_OUT_COMBINATIONS = "held-out combinations"


def is_held_out_rendering(seed: int) -> bool:
    return seed >= HELD_OUT_SEED


def rendering_seed(rng: random.Random, split: Split = Split.TRAIN) -> int:
    """A random seed for `draw`, in the range of the split."""
    if split is Split.TRAIN:
        return rng.randrange(HELD_OUT_SEED)
    return rng.randrange(HELD_OUT_SEED, LAST_SEED)


def is_held_out_pair(place: str, name: str) -> bool:
    """Whether training never shows this object at this place."""
    return _percentile("pair", place, name) < HELD_OUT_PAIRS


def is_held_out_triple(activity: str, place: str, name: str) -> bool:
    """Whether training never asks about this activity near this object at this place."""
    return _percentile(activity, place, name) < HELD_OUT_TRIPLES


def is_held_out(activity: str, scene: Scene) -> bool:
    """Whether the scene, asked about the activity, holds any held-out combination."""
    return any(
        is_held_out_pair(scene.place, thing.name) or is_held_out_triple(activity, scene.place, thing.name)
        for thing in scene.things
    )


def is_held_out_fact(fact: Fact, place: str) -> bool:
    """Whether training never sees the fact's object at this place, or never with the fact's activity."""
    name = Thing.parse(fact.evidence).name
    return is_held_out_pair(place, name) or is_held_out_triple(fact.activity, place, name)


def _percentile(*words: str) -> int:
    return zlib.crc32("|".join(words).encode()) % 100
