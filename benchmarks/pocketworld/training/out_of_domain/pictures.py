"""Pictures that are no scene of Pocket World: blanks, textures, photo-like clutter, things on paper, scenes cut up.

The model is taught to answer "unknown" to them. All are generated at random; no photograph is used.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.pocketworld.training.out_of_domain.bodies import BODIES
from benchmarks.pocketworld.training.out_of_domain.grounds import GROUNDS, Canvas, as_image, grid
from benchmarks.pocketworld.training.out_of_domain.paper import PAPERS, captioned

CanvasPainter = Callable[[np.random.Generator, int], Canvas]
FAMILIES: tuple[tuple[float, tuple[CanvasPainter, ...]], ...] = ((0.2, GROUNDS), (0.55, BODIES), (0.25, PAPERS))
"""The share of each family of painters; within a family, all are equally likely."""
# Shares of the pictures.
CAPTIONED = 0.1
FADED = 0.25
BLURRED = 0.5
JPEG = 0.4


def out_of_domain_picture(seed: int, size: int) -> Image.Image:
    """A picture of one kind, with the artefacts of a camera, a scanner or the web. The seed decides everything."""
    rng = np.random.default_rng(seed)
    family = FAMILIES[rng.choice(len(FAMILIES), p=[share for share, _ in FAMILIES])][1]
    canvas = developed(rng, family[int(rng.integers(len(family)))](rng, size))
    if rng.random() < CAPTIONED:
        canvas = captioned(rng, canvas)
    image = as_image(canvas)
    if rng.random() < BLURRED:
        image = image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.8))))
    return jpeg_compressed(rng, image) if rng.random() < JPEG else image


def developed(rng: np.random.Generator, canvas: Canvas) -> Canvas:
    """The canvas as a photograph of it: uneven light, contrast, faded or no colours, grain."""
    rows, columns = grid(len(canvas))
    falloff = (rows - rng.random()) ** 2 + (columns - rng.random()) ** 2
    lit = np.clip(canvas, 0, 1) ** rng.uniform(0.7, 1.5) * (1 - rng.uniform(0, 0.4) * falloff)[..., None]
    if rng.random() < FADED:
        grey = lit.mean(2, keepdims=True) * np.clip(rng.normal([1, 0.95, 0.85], 0.05), 0, 1)
        lit = lit + rng.uniform(0.5, 1) * (grey - lit)
    developed: Canvas = lit + rng.normal(0, rng.uniform(0, 0.05), lit.shape)
    return developed


def jpeg_compressed(rng: np.random.Generator, image: Image.Image) -> Image.Image:
    """The image with JPEG's artefacts."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(rng.integers(25, 90)))
    return Image.open(file).convert("RGB")
