"""All objects as sprites. Each is painted once, large, and cached."""

from collections.abc import Mapping
from functools import cache

from PIL import Image, ImageChops, ImageFilter

from benchmarks.pocketworld.drawing.animals import ANIMALS
from benchmarks.pocketworld.drawing.brush import Brush, Painter
from benchmarks.pocketworld.drawing.fire_and_water import FIRE_AND_WATER
from benchmarks.pocketworld.drawing.food import FOOD
from benchmarks.pocketworld.drawing.furnishings import FURNISHINGS
from benchmarks.pocketworld.drawing.people import HUMANS
from benchmarks.pocketworld.drawing.small_things import SMALL_THINGS
from benchmarks.pocketworld.drawing.street import STREET
from benchmarks.pocketworld.drawing.vehicles import VEHICLES
from benchmarks.pocketworld.world.ontology import Thing

PAINTERS: Mapping[str, Painter] = {
    **HUMANS,
    **ANIMALS,
    **VEHICLES,
    **STREET,
    **FURNISHINGS,
    **FIRE_AND_WATER,
    **FOOD,
    **SMALL_THINGS,
}

SPRITE = 192
"""Pixels a side: enough for 42 % of a 450-pixel picture."""
SUPERSAMPLING = 3
"""Objects are painted this many times larger and reduced, since Pillow's primitives have hard edges."""
VARIANTS = 3
"""Colour variants of each object."""
MARGIN = 8
"""Pixels around a sprite for its white edge."""
EDGE = 9
"""Width of the filter that grows the white edge, in pixels; odd."""


@cache
def object_sprite(thing: Thing, variant: int) -> Image.Image:
    """The object with a thin white edge, as RGBA, cropped to its outline."""
    large = Image.new("RGBA", (SPRITE * SUPERSAMPLING,) * 2, (255, 255, 255, 0))
    PAINTERS[thing.name](Brush(large, variant), thing.state)
    return with_edge(large.reduce(SUPERSAMPLING))


def with_edge(painted: Image.Image) -> Image.Image:
    """The painting with a white edge around its outline, so that it stands out from any background."""
    size = (painted.width + 2 * MARGIN, painted.height + 2 * MARGIN)
    alpha = Image.new("L", size)
    alpha.paste(painted.getchannel("A"), (MARGIN, MARGIN))
    grown = alpha.filter(ImageFilter.MaxFilter(EDGE)).filter(ImageFilter.GaussianBlur(1))
    sticker = Image.new("RGBA", size, (255, 255, 255, 255))
    sticker.paste(painted, (MARGIN, MARGIN), painted)
    sticker.putalpha(ImageChops.lighter(alpha, grown))
    return sticker.crop(sticker.getchannel("A").getbbox())
