"""Pictures that are no scene of Pocket World: noise, plain colours, gradients, textures and photo-like clutter.

The model is taught to say "unknown" to them. All are made from chance alone; no photograph is used.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Canvas = NDArray[Any]
"""Height by width by three, in 0 to 1."""
EARTHEN = np.array(
    [[0.25, 0.2, 0.12], [0.45, 0.4, 0.3], [0.6, 0.62, 0.6], [0.3, 0.4, 0.25], [0.75, 0.7, 0.65], [0.35, 0.4, 0.5]]
)
"""Colours that photographs are full of."""


def offworld_picture(seed: int, size: int) -> Image.Image:
    """One of the kinds, decided by the seed."""
    chance = np.random.default_rng(seed)
    paint = KINDS[int(chance.integers(len(KINDS)))]
    canvas = np.clip(paint(chance, size), 0, 1)
    image = Image.fromarray((canvas * 255).astype(np.uint8), "RGB")
    if chance.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.3, 2.0))))
    return image


def _between(share: Canvas, chance: np.random.Generator) -> Canvas:
    """A mixture of two colours."""
    mixed: Canvas = share * chance.random(3) + (1 - share) * chance.random(3)
    return mixed


def _plain(chance: np.random.Generator, size: int) -> Canvas:
    return np.ones((size, size, 1)) * chance.random(3) + chance.normal(0, chance.uniform(0, 0.03), (size, size, 3))


def _noise(chance: np.random.Generator, size: int) -> Canvas:
    channels = 3 if chance.random() < 0.6 else 1
    return chance.normal(chance.random(channels), chance.uniform(0.1, 0.5), (size, size, channels)) * np.ones(3)


def _gradient(chance: np.random.Generator, size: int) -> Canvas:
    rows, columns = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    angle = chance.uniform(0, 2 * np.pi)
    share = (np.cos(angle) * rows + np.sin(angle) * columns + 1)[..., None] / 2
    return _between(share, chance)


def _stripes(chance: np.random.Generator, size: int) -> Canvas:
    rows, columns = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    angle, count = chance.uniform(0, np.pi), chance.uniform(2, 24)
    wave = np.sin(2 * np.pi * count * (np.cos(angle) * rows + np.sin(angle) * columns))
    if chance.random() < 0.4:
        wave = wave * np.sin(2 * np.pi * count * (np.cos(angle) * columns - np.sin(angle) * rows))
    share = (wave[..., None] > 0) if chance.random() < 0.5 else (wave[..., None] + 1) / 2
    return _between(share, chance)


def _clouds(chance: np.random.Generator, size: int, colours: Canvas | None = None) -> Canvas:
    """Fractal noise between a few colours."""
    field = np.zeros((size, size))
    roughness = chance.uniform(0.4, 0.75)
    for octave in range(1, 7):
        coarse = chance.random((2**octave, 2**octave)).astype(np.float32)
        grown = Image.fromarray(coarse, "F").resize((size, size), Image.Resampling.BICUBIC)
        field += np.asarray(grown) * roughness**octave
    field = (field - field.min()) / (np.ptp(field) + 1e-6)
    palette = colours if colours is not None else chance.random((4, 3))
    place = field * (len(palette) - 1)
    low = np.minimum(place.astype(int), len(palette) - 2)
    coloured: Canvas = palette[low] + (place - low)[..., None] * (palette[low + 1] - palette[low])
    return coloured


def _blobs(chance: np.random.Generator, size: int) -> Canvas:
    rows, columns = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    canvas = _gradient(chance, size)
    for _ in range(int(chance.integers(2, 14))):
        row, column, radius = chance.random(), chance.random(), chance.uniform(0.03, 0.3)
        inside = (rows - row) ** 2 * chance.uniform(0.4, 2.5) + (columns - column) ** 2 < radius**2
        canvas[inside] = chance.random(3)
    return canvas


def _photo(chance: np.random.Generator, size: int) -> Canvas:
    """Earthen colours, soft edges, shaded bodies in front of a textured ground, uneven light, grain."""
    tint = EARTHEN[chance.permutation(len(EARTHEN))[:4]] * chance.uniform(0.6, 1.3, (4, 3))
    canvas = _clouds(chance, size, tint)
    rows, columns = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    for _ in range(int(chance.integers(1, 9))):
        row, column, radius = chance.random(), chance.random(), chance.uniform(0.08, 0.5)
        angle, stretch = chance.uniform(0, np.pi), chance.uniform(0.3, 1.0)
        along = (rows - row) * np.cos(angle) + (columns - column) * np.sin(angle)
        across = (columns - column) * np.cos(angle) - (rows - row) * np.sin(angle)
        distance = np.sqrt((along / stretch) ** 2 + across**2) / radius
        cover = 1 / (1 + np.exp(np.clip((distance - 1) * chance.uniform(8, 60), -30, 30)))
        shade = (1.1 - 0.6 * np.clip(distance, 0, 1) * chance.random())[..., None]
        body = _clouds(chance, size, np.clip(tint[::-1] * chance.uniform(0.5, 1.5, 3), 0, 1)) * shade
        canvas = canvas + cover[..., None] * (body - canvas)
    light = 1 - chance.uniform(0, 0.6) * ((rows - chance.random()) ** 2 + (columns - chance.random()) ** 2)
    lit: Canvas = canvas * light[..., None]
    return lit + chance.normal(0, chance.uniform(0.01, 0.06), (size, size, 3))


def _blocks(chance: np.random.Generator, size: int) -> Canvas:
    """Rectangles in perspective of none: streets and rooms seen by nobody."""
    canvas = _clouds(chance, size, EARTHEN[chance.permutation(len(EARTHEN))[:3]])
    for _ in range(int(chance.integers(4, 30))):
        top, left = chance.integers(0, size, 2)
        height, width = chance.integers(size // 16, size // 2, 2)
        block = canvas[top : top + height, left : left + width]
        block[:] = block * chance.uniform(0, 0.6) + chance.random(3) * chance.uniform(0.4, 1.0)
    return canvas + chance.normal(0, 0.03, canvas.shape)


KINDS: tuple[Callable[[np.random.Generator, int], Canvas], ...] = (
    _plain,
    _noise,
    _gradient,
    _stripes,
    _clouds,
    _blobs,
    _photo,
    _photo,
    _photo,
    _blocks,
)
