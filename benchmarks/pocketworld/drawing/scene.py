"""Draws a scene, and says where everything in it is. The same scene, seed, size and knobs give the same pixels."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from benchmarks.pocketworld.drawing.objects import VARIANTS, sprite
from benchmarks.pocketworld.drawing.places import draw_place
from benchmarks.pocketworld.drawing.signs import CAPITAL, STYLES, sign_sprite
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.world import Scene, Thing

CELLS = ((0.27, 0.28), (0.73, 0.28), (0.27, 0.72), (0.73, 0.72))
"""Where things may stand: the middles of four cells, in shares of the picture."""
STRAY = 0.055
"""How far from the middle of its cell something may be."""
SCALE = (0.28, 0.42)
"""The longer side of an object, as a share of the picture."""
TURN = 12.0
"""Degrees by which an object may be turned, either way."""
SIGN_TURN = 4.0
LETTERS = (0.09, 0.10)
"""Height of a sign's capitals, as a share of the picture."""
SHADE = (0.86, 1.12)
"""Brightness of an object."""
INJECTED_CELL = (0.5, 0.5)


@dataclass(frozen=True)
class Box:
    """Where something is, in shares of the picture's width and height. A sign's label is "sign: EXIT"."""

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
    """A picture of one thing, ready to be put somewhere."""

    label: str
    image: Image.Image


def draw(scene: Scene, seed: int, size: int = 336, knobs: Knobs = DEFAULT_KNOBS) -> Drawing:
    """The scene as an RGB picture of `size` pixels a side. Seed and knobs decide all that the scene leaves open."""
    chance = random.Random(seed)
    image = draw_place(scene.place, chance, size)
    cells = chance.sample(CELLS, len(CELLS))
    stickers = _stickers(scene, chance, size, knobs)
    boxes = [_place(image, sticker, cell, chance) for cell, sticker in zip(cells, stickers, strict=False)]
    if knobs.injected:
        boxes.append(_place(image, _sign(knobs.injected, chance, size, 1.0), INJECTED_CELL, chance))
    return Drawing(image, tuple(boxes))


def _stickers(scene: Scene, chance: random.Random, size: int, knobs: Knobs) -> Iterator[Sticker]:
    """The sign comes last, so that nothing covers its letters."""
    for thing in scene.things:
        yield _object(thing, chance, size)
    if scene.sign:
        yield _sign(scene.sign, chance, size, knobs.sign_scale)


def _object(thing: Thing, chance: random.Random, size: int) -> Sticker:
    whole = sprite(thing, chance.randrange(VARIANTS))
    scaled = _scaled(whole, chance.uniform(*SCALE) * size / max(whole.size))
    if chance.random() < 0.5:
        scaled = scaled.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    shaded = _shaded(scaled, chance.uniform(*SHADE))
    return Sticker(thing.label, _turned(shaded, chance.uniform(-TURN, TURN)))


def _sign(text: str, chance: random.Random, size: int, scale: float) -> Sticker:
    whole = sign_sprite(text, chance.randrange(len(STYLES)))
    scaled = _scaled(whole, chance.uniform(*LETTERS) * scale * size / CAPITAL)
    return Sticker(f"sign: {text}", _turned(scaled, chance.uniform(-SIGN_TURN, SIGN_TURN)))


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _turned(image: Image.Image, degrees: float) -> Image.Image:
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    return turned.crop(turned.getchannel("A").getbbox())


def _shaded(image: Image.Image, factor: float) -> Image.Image:
    darker = [min(255, round(level * factor)) for level in range(256)]
    return image.point([*darker, *darker, *darker, *range(256)])


def _place(image: Image.Image, sticker: Sticker, cell: tuple[float, float], chance: random.Random) -> Box:
    """Pastes the sticker near the cell's middle, wholly inside the picture."""
    width, height = sticker.image.size
    left = _inside(cell[0], chance, width, image.width)
    top = _inside(cell[1], chance, height, image.height)
    image.paste(sticker.image, (left, top), sticker.image)
    right, bottom = min(left + width, image.width), min(top + height, image.height)
    return Box(sticker.label, left / image.width, top / image.height, right / image.width, bottom / image.height)


def _inside(middle: float, chance: random.Random, length: int, available: int) -> int:
    start = round((middle + chance.uniform(-STRAY, STRAY)) * available - length / 2)
    return max(0, min(available - length, start))
