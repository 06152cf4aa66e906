"""All places as backgrounds."""

import random
from collections.abc import Mapping

from PIL import Image

from benchmarks.pocketworld.drawing.brush import Brush
from benchmarks.pocketworld.drawing.interiors import INTERIORS
from benchmarks.pocketworld.drawing.landscapes import LANDSCAPES
from benchmarks.pocketworld.drawing.setting import PlacePainter, Setting
from benchmarks.pocketworld.drawing.town import TOWN

PLACE_PAINTERS: Mapping[str, PlacePainter] = {**INTERIORS, **LANDSCAPES, **TOWN}

SUPERSAMPLING = 2
"""Painted so many times larger and reduced, for smooth edges."""


def draw_place(place: str, chance: random.Random, size: int) -> Image.Image:
    """The empty place as an RGB picture of `size` pixels a side."""
    large = Image.new("RGB", (size * SUPERSAMPLING,) * 2)
    PLACE_PAINTERS[place](Setting.begin(Brush(large), chance))
    return large.reduce(SUPERSAMPLING)
