"""Backgrounds: clouds of every grain, gradients, stripes, and what untrained networks generate.

Every painter takes a random generator and the side in pixels, and returns a canvas.
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
    """The pixels of an image, in 0 to 1."""
    return np.asarray(image, float) / 255


def as_image(canvas: Canvas) -> Image.Image:
    """A canvas as an image. Values below 0 and above 1 are clipped."""
    return Image.fromarray((np.clip(canvas, 0, 1) * 255).astype(np.uint8), "RGB")


def palette(rng: np.random.Generator, count: int) -> Canvas:
    """Colours around a base, which is earthen or any other."""
    base = EARTHEN[rng.integers(len(EARTHEN))] if rng.random() < 0.65 else rng.random(3)
    spread = rng.uniform(0.02, 0.3)
    brightness = rng.uniform(0.3, 1.6, (count, 1))
    return np.clip(base * brightness + rng.normal(0, spread, (count, 3)), 0, 1)


def between(share: Canvas, first: Canvas, second: Canvas) -> Canvas:
    """The weighted mean of two colours or canvases; `share` is the weight of the first."""
    mixed: Canvas = share * first + (1 - share) * second
    return mixed


def plain(rng: np.random.Generator, size: int) -> Canvas:
    return np.ones((size, size, 1)) * palette(rng, 1) + rng.normal(0, rng.uniform(0, 0.03), (size, size, 3))


def noise(rng: np.random.Generator, size: int) -> Canvas:
    channels = 3 if rng.random() < 0.6 else 1
    return rng.normal(rng.random(channels), rng.uniform(0.1, 0.5), (size, size, channels)) * np.ones(3)


def gradient(rng: np.random.Generator, size: int) -> Canvas:
    rows, columns = grid(size)
    angle = rng.uniform(0, 2 * np.pi)
    share = (np.cos(angle) * rows + np.sin(angle) * columns + 1)[..., None] / 2
    return between(share, *palette(rng, 2))


def stripes(rng: np.random.Generator, size: int) -> Canvas:
    rows, columns = grid(size)
    angle, count = rng.uniform(0, np.pi), rng.uniform(2, 24)
    wave = np.sin(2 * np.pi * count * (np.cos(angle) * rows + np.sin(angle) * columns))
    if rng.random() < 0.4:
        wave = wave * np.sin(2 * np.pi * count * (np.cos(angle) * columns - np.sin(angle) * rows))
    share = (wave[..., None] > 0) if rng.random() < 0.5 else (wave[..., None] + 1) / 2
    return between(share, *palette(rng, 2))


def cloud_field(rng: np.random.Generator, size: int) -> Field:
    """Fractal noise: every octave is half as coarse as the one before, and weaker."""
    field = np.zeros((size, size))
    roughness = rng.uniform(0.4, 0.85)
    stretch = 2 ** int(rng.integers(0, 3)) if rng.random() < 0.3 else 1  # waves and grass are longer one way
    for octave in range(1, 7):
        coarse = rng.random((2**octave * stretch, 2**octave)).astype(np.float32)
        grown = Image.fromarray(coarse, "F").resize((size, size), Image.Resampling.BICUBIC)
        field += np.asarray(grown) * roughness**octave
    spread: Field = (field - field.min()) / (np.ptp(field) + 1e-6)
    return spread


def clouds(rng: np.random.Generator, size: int, colours: Canvas | None = None) -> Canvas:
    """Fractal noise between a few colours."""
    stops = colours if colours is not None else palette(rng, int(rng.integers(2, 6)))
    place = cloud_field(rng, size) * (len(stops) - 1)
    low = np.minimum(place.astype(int), len(stops) - 2)
    coloured: Canvas = stops[low] + (place - low)[..., None] * (stops[low + 1] - stops[low])
    return coloured


def dream(rng: np.random.Generator, size: int) -> Canvas:
    """The output of an untrained generator: natural statistics, no content (Baradad et al. 2021, section 3.2)."""
    dice = torch.Generator().manual_seed(int(rng.integers(2**31)))
    start = int(rng.choice([2, 4, 8]))
    layer = torch.randn(1, 12, start, start, generator=dice)
    while layer.shape[-1] < size:
        layer = F.interpolate(layer, scale_factor=2, mode="bilinear")
        layer = F.conv2d(layer, torch.randn(12, 12, 3, 3, generator=dice) / 10, padding=1)
        layer = layer + float(rng.uniform(0, 0.5)) * torch.randn(layer.shape, generator=dice)
        layer = F.leaky_relu(F.instance_norm(layer), 0.2)
    mixed = torch.einsum("oc,chw->hwo", torch.randn(3, 12, generator=dice) / 3, layer[0]).numpy()[:size, :size]
    lit: Canvas = rng.uniform(0.25, 0.75, 3) + mixed * rng.uniform(0.08, 0.3)
    return lit


GROUNDS = (plain, noise, gradient, stripes, clouds, dream)
