"""Sprites are large, and no two look alike."""

import pytest
from PIL import Image, ImageChops, ImageStat

from benchmarks.pocketworld.drawing.objects import SPRITE, VARIANTS, object_sprite
from benchmarks.pocketworld.world.ontology import STATES, THINGS, Thing


def difference(first: Image.Image, second: Image.Image) -> float:
    """Mean difference of two pictures' channels, of 255, after bringing both to the same size."""
    pair = [image.convert("RGB").resize((64, 64)) for image in (first, second)]
    return sum(ImageStat.Stat(ImageChops.difference(*pair)).mean) / 3


@pytest.mark.parametrize("thing", THINGS, ids=lambda thing: thing.label)
def test_sprites_fill_their_canvas_whatever_their_colours(thing: Thing) -> None:
    for variant in range(VARIANTS):
        assert max(object_sprite(thing, variant).size) >= 0.75 * SPRITE


@pytest.mark.parametrize("name", STATES)
def test_states_look_different(name: str) -> None:
    first, second = (object_sprite(Thing(name, state), 0) for state in STATES[name])
    assert difference(first, second) > 12


def test_no_two_things_look_alike() -> None:
    looks = [(thing, object_sprite(thing, 0)) for thing in THINGS]
    for index, (thing, look) in enumerate(looks):
        for other, other_look in looks[index + 1 :]:
            assert difference(look, other_look) > 12, (thing.label, other.label)
