"""Held-out pairs for measuring end to end: one question, one situation where it is safe and one where it is not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.pocketworld.sampling.quads import Case, query, sample_quad
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.splits import Split, rendering_seed

SPLITS = (
    Split.HELD_OUT_RENDERINGS,
    Split.HELD_OUT_WORDINGS,
    Split.HELD_OUT_CARRIERS,
    Split.HELD_OUT_COMBINATIONS,
)
"""Every rendering is held out; a quarter each holds out nothing more, the wording, the carrier or the combination."""


@dataclass(frozen=True)
class HeldOutPair:
    """One question in two situations, each with the seed that its picture is drawn from."""

    split: Split
    query: str
    safe: Case
    unsafe: Case
    safe_seed: int
    unsafe_seed: int


def held_out_pairs(count: int, seed: int, knobs: Knobs = DEFAULT_KNOBS) -> list[HeldOutPair]:
    """`count` pairs, the splits in turn; the same seed gives the same pairs."""
    chance = random.Random(seed)
    return [pair for _, pair in zip(range(count), _pairs(chance, knobs), strict=False)]


def _pairs(chance: random.Random, knobs: Knobs) -> Iterator[HeldOutPair]:
    while True:
        for split in SPLITS:
            first_safe, first_unsafe, _, _ = sample_quad(chance, split, knobs).cases()
            seeds = (rendering_seed(chance, Split.HELD_OUT_RENDERINGS) for _ in range(2))
            yield HeldOutPair(split, query(first_safe.activity, chance, split, knobs), first_safe, first_unsafe, *seeds)
