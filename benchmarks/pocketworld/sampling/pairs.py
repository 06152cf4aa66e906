"""Held-out pairs for end-to-end evaluation: a question, a situation where it is safe and one where it is not."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks.pocketworld.sampling.quads import Situation, query, sample_quad
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.splits import Split, rendering_seed

SPLITS = (
    Split.HELD_OUT_RENDERINGS,
    Split.HELD_OUT_WORDINGS,
    Split.HELD_OUT_TEMPLATES,
    Split.HELD_OUT_COMBINATIONS,
)
"""All hold out the rendering. Beyond that they hold out nothing, the wording, the template or the combination."""


@dataclass(frozen=True)
class HeldOutPair:
    """One question in two situations, each with the seed of its picture."""

    split: Split
    query: str
    safe: Situation
    unsafe: Situation
    safe_seed: int
    unsafe_seed: int


def held_out_pairs(count: int, seed: int, knobs: Knobs = DEFAULT_KNOBS) -> list[HeldOutPair]:
    """`count` pairs, the splits in turn. The same seed gives the same pairs."""
    rng = random.Random(seed)
    pairs = []
    for split in islice(cycle(SPLITS), count):
        safe, unsafe, _, _ = sample_quad(rng, split, knobs).situations()
        question = query(safe.activity, rng, split, knobs)
        safe_seed, unsafe_seed = (rendering_seed(rng, Split.HELD_OUT_RENDERINGS) for _ in range(2))
        pairs.append(HeldOutPair(split, question, safe, unsafe, safe_seed, unsafe_seed))
    return pairs
