"""As much is held out as meant, and renderings keep to their side."""

import random

import pytest

from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.ontology import OBJECTS, PLACES
from benchmarks.pocketworld.world.splits import (
    HELD_OUT_SEED,
    Split,
    is_held_out_pair,
    is_held_out_rendering,
    is_held_out_triple,
    rendering_seed,
)


def test_about_as_many_combinations_are_held_out_as_meant() -> None:
    pairs = [is_held_out_pair(place, name) for place in PLACES for name in OBJECTS]
    triples = [is_held_out_triple(a, place, name) for a in ACTIVITIES for place in PLACES for name in OBJECTS]
    assert sum(pairs) / len(pairs) == pytest.approx(0.08, abs=0.02)
    assert sum(triples) / len(triples) == pytest.approx(0.12, abs=0.01)


def test_every_activity_and_object_still_meets_most_places_in_training() -> None:
    for name in OBJECTS:
        assert sum(not is_held_out_pair(place, name) for place in PLACES) >= len(PLACES) / 2


@pytest.mark.parametrize("split", Split)
def test_only_training_uses_training_renderings(split: Split) -> None:
    rng = random.Random(9)
    seeds = [rendering_seed(rng, split) for _ in range(200)]
    assert {is_held_out_rendering(seed) for seed in seeds} == {split is not Split.TRAIN}
    assert is_held_out_rendering(HELD_OUT_SEED)
    assert not is_held_out_rendering(HELD_OUT_SEED - 1)
