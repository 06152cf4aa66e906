"""Draws a scene and reports where everything in it is. The same scene, seed, size and knobs give the same pixels."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image

from benchmarks.pocketworld.drawing.brush import Brush
from benchmarks.pocketworld.drawing.interiors import INTERIORS
from benchmarks.pocketworld.drawing.landscapes import LANDSCAPES
from benchmarks.pocketworld.drawing.objects import VARIANTS, object_sprite
from benchmarks.pocketworld.drawing.setting import PlacePainter, Setting
from benchmarks.pocketworld.drawing.signs import CAPITAL, STYLES, sign_sprite
from benchmarks.pocketworld.drawing.town import TOWN
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.ontology import Scene, Thing

PLACE_PAINTERS: Mapping[str, PlacePainter] = {**INTERIORS, **LANDSCAPES, **TOWN}

SUPERSAMPLING = 2
"""Places are painted this many times larger and reduced, for smooth edges."""
CELLS = ((0.27, 0.28), (0.73, 0.28), (0.27, 0.72), (0.73, 0.72))
"""Where things may stand: the centres of four cells, as shares of the picture."""
OFF_CENTRE = 0.055
"""The most that something is off the centre of its cell."""
SCALE = (0.28, 0.42)
"""The longer side of an object, as a share of the picture."""
TURN = 12.0
"""The most that an object is turned either way, in degrees."""
SIGN_TURN = 4.0
LETTERS = (0.09, 0.10)
"""Height of a sign's capitals, as a share of the picture."""
BRIGHTNESS = (0.86, 1.12)
"""The range of an object's brightness."""
INJECTED_CELL = (0.5, 0.5)


@dataclass(frozen=True)
class Box:
    """Where something is, as shares of the picture's width and height. The label of a sign is "sign: EXIT"."""

    label: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Drawing:
    image: Image.Image
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Sticker:
    """A picture of one thing, ready to be pasted."""

    label: str
    image: Image.Image


def draw(scene: Scene, seed: int, size: int = 336, knobs: Knobs = DEFAULT_KNOBS) -> Drawing:
    """The scene as an RGB picture of `size` pixels a side. Seed and knobs decide what the scene leaves open."""
    rng = random.Random(seed)
    image = place_background(scene.place, rng, size)
    cells = rng.sample(CELLS, len(CELLS))
    # The sign comes last, so that nothing covers its letters.
    contents: tuple[Thing | str, ...] = (*scene.things, scene.sign) if scene.sign else scene.things
    boxes = []
    for content, cell in zip(contents, cells, strict=False):
        if isinstance(content, Thing):
            sticker = _object(content, rng, size)
        else:
            sticker = _sign(content, rng, size, knobs.sign_scale)
        boxes.append(_paste(image, sticker, cell, rng))
    if knobs.injected:
        boxes.append(_paste(image, _sign(knobs.injected, rng, size, 1.0), INJECTED_CELL, rng))
    return Drawing(image, tuple(boxes))


def place_background(place: str, rng: random.Random, size: int) -> Image.Image:
    """The empty place as an RGB picture of `size` pixels a side."""
    large = Image.new("RGB", (size * SUPERSAMPLING,) * 2)
    PLACE_PAINTERS[place](Setting.begin(Brush(large), rng))
    return large.reduce(SUPERSAMPLING)


def _object(thing: Thing, rng: random.Random, size: int) -> Sticker:
    whole = object_sprite(thing, rng.randrange(VARIANTS))
    scaled = _scaled(whole, rng.uniform(*SCALE) * size / max(whole.size))
    if rng.random() < 0.5:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    brightness = rng.uniform(*BRIGHTNESS)
    levels = [min(255, round(level * brightness)) for level in range(256)]
    shaded = scaled.point([*levels, *levels, *levels, *range(256)])
    return Sticker(thing.label, _turned(shaded, rng.uniform(-TURN, TURN)))


def _sign(text: str, rng: random.Random, size: int, scale: float) -> Sticker:
    whole = sign_sprite(text, rng.randrange(len(STYLES)))
    scaled = _scaled(whole, rng.uniform(*LETTERS) * scale * size / CAPITAL)
    return Sticker(f"sign: {text}", _turned(scaled, rng.uniform(-SIGN_TURN, SIGN_TURN)))


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    return turned.crop(turned.getchannel("A").getbbox())


def _paste(image: Image.Image, sticker: Sticker, cell: tuple[float, float], rng: random.Random) -> Box:
    """Paste the sticker near the centre of the cell, wholly inside the picture."""
    width, height = sticker.image.size
    left = _inside(cell[0], rng, width, image.width)
    top = _inside(cell[1], rng, height, image.height)
    image.paste(sticker.image, (left, top), sticker.image)
    right, bottom = min(left + width, image.width), min(top + height, image.height)
    return Box(sticker.label, left / image.width, top / image.height, right / image.width, bottom / image.height)


def _inside(middle: float, rng: random.Random, length: int, available: int) -> int:
    start = round((middle + rng.uniform(-OFF_CENTRE, OFF_CENTRE)) * available - length / 2)
    return max(0, min(available - length, start))
