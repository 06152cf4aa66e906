"""Fields that pictures of no place are made of: clouds of every grain, gradients, stripes, random networks' dreams.

Every painter takes a generator of chance and a side in pixels, and returns a canvas.
"""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from numpy.typing import NDArray
from PIL import Image

Canvas = NDArray[Any]
"""Height by width by three, in 0 to 1."""
Field = NDArray[Any]
"""Height by width, in 0 to 1."""
EARTHEN = np.array(
    [[0.25, 0.2, 0.12], [0.45, 0.4, 0.3], [0.6, 0.62, 0.6], [0.3, 0.4, 0.25], [0.75, 0.7, 0.65], [0.35, 0.4, 0.5]]
)
"""Colours that photographs are full of."""


def grid(size: int) -> tuple[Field, Field]:
    """Row and column of each pixel, in 0 to 1."""
    rows, columns = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    return rows, columns


def as_canvas(image: Image.Image) -> Canvas:
    """An image's pixels as shares."""
    return np.asarray(image, float) / 255


def as_image(canvas: Canvas) -> Image.Image:
    """A canvas as an image; what is too bright or too dark is cut."""
    return Image.fromarray((np.clip(canvas, 0, 1) * 255).astype(np.uint8), "RGB")


def palette(chance: np.random.Generator, count: int) -> Canvas:
    """Colours that go together: around a base, earthen or of any kind."""
    base = EARTHEN[chance.integers(len(EARTHEN))] if chance.random() < 0.65 else chance.random(3)
    spread = chance.uniform(0.02, 0.3)
    brightness = chance.uniform(0.3, 1.6, (count, 1))
    return np.clip(base * brightness + chance.normal(0, spread, (count, 3)), 0, 1)


def between(share: Canvas, first: Canvas, second: Canvas) -> Canvas:
    """A mixture of two colours or canvases."""
    mixed: Canvas = share * first + (1 - share) * second
    return mixed


def plain(chance: np.random.Generator, size: int) -> Canvas:
    return np.ones((size, size, 1)) * palette(chance, 1) + chance.normal(0, chance.uniform(0, 0.03), (size, size, 3))


def noise(chance: np.random.Generator, size: int) -> Canvas:
    channels = 3 if chance.random() < 0.6 else 1
    return chance.normal(chance.random(channels), chance.uniform(0.1, 0.5), (size, size, channels)) * np.ones(3)


def gradient(chance: np.random.Generator, size: int) -> Canvas:
    rows, columns = grid(size)
    angle = chance.uniform(0, 2 * np.pi)
    share = (np.cos(angle) * rows + np.sin(angle) * columns + 1)[..., None] / 2
    return between(share, *palette(chance, 2))


def stripes(chance: np.random.Generator, size: int) -> Canvas:
    rows, columns = grid(size)
    angle, count = chance.uniform(0, np.pi), chance.uniform(2, 24)
    wave = np.sin(2 * np.pi * count * (np.cos(angle) * rows + np.sin(angle) * columns))
    if chance.random() < 0.4:
        wave = wave * np.sin(2 * np.pi * count * (np.cos(angle) * columns - np.sin(angle) * rows))
    share = (wave[..., None] > 0) if chance.random() < 0.5 else (wave[..., None] + 1) / 2
    return between(share, *palette(chance, 2))


def cloud_field(chance: np.random.Generator, size: int) -> Field:
    """Fractal noise: every octave half as coarse, and weaker."""
    field = np.zeros((size, size))
    roughness = chance.uniform(0.4, 0.85)
    stretch = 2 ** int(chance.integers(0, 3)) if chance.random() < 0.3 else 1  # waves and grass are longer one way
    for octave in range(1, 7):
        coarse = chance.random((2**octave * stretch, 2**octave)).astype(np.float32)
        grown = Image.fromarray(coarse, "F").resize((size, size), Image.Resampling.BICUBIC)
        field += np.asarray(grown) * roughness**octave
    spread: Field = (field - field.min()) / (np.ptp(field) + 1e-6)
    return spread


def clouds(chance: np.random.Generator, size: int, colours: Canvas | None = None) -> Canvas:
    """Fractal noise between a few colours."""
    stops = colours if colours is not None else palette(chance, int(chance.integers(2, 6)))
    place = cloud_field(chance, size) * (len(stops) - 1)
    low = np.minimum(place.astype(int), len(stops) - 2)
    coloured: Canvas = stops[low] + (place - low)[..., None] * (stops[low + 1] - stops[low])
    return coloured


def dream(chance: np.random.Generator, size: int) -> Canvas:
    """What an untrained generator network paints: natural statistics, no content (Baradad et al. 2021, section 3.2)."""
    dice = torch.Generator().manual_seed(int(chance.integers(2**31)))
    start = int(chance.choice([2, 4, 8]))
    layer = torch.randn(1, 12, start, start, generator=dice)
    while layer.shape[-1] < size:
        layer = F.interpolate(layer, scale_factor=2, mode="bilinear")
        layer = F.conv2d(layer, torch.randn(12, 12, 3, 3, generator=dice) / 10, padding=1)
        layer = layer + float(chance.uniform(0, 0.5)) * torch.randn(layer.shape, generator=dice)
        layer = F.leaky_relu(F.instance_norm(layer), 0.2)
    mixed = torch.einsum("oc,chw->hwo", torch.randn(3, 12, generator=dice) / 3, layer[0]).numpy()[:size, :size]
    lit: Canvas = chance.uniform(0.25, 0.75, 3) + mixed * chance.uniform(0.08, 0.3)
    return lit


GROUNDS = (plain, noise, gradient, stripes, clouds, dream)
