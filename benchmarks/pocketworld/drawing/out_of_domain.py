"""Pictures that are no scene of Pocket World: blanks, textures, photo-like clutter, things on paper, scenes cut up.

The model is taught to say "unknown" to them. All are made from chance alone; no photograph is used.
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.pocketworld.drawing.out_of_domain_bodies import BODIES
from benchmarks.pocketworld.drawing.out_of_domain_grounds import GROUNDS, Canvas, as_image, grid
from benchmarks.pocketworld.drawing.out_of_domain_paper import PAPERS, captioned

Painter = Callable[[np.random.Generator, int], Canvas]
FAMILIES: tuple[tuple[float, tuple[Painter, ...]], ...] = ((0.2, GROUNDS), (0.55, BODIES), (0.25, PAPERS))
"""How often each family of painters is called; within a family each is as likely."""
CAPTIONED = 0.1
FADED = 0.25
BLURRED = 0.5
SQUEEZED = 0.4


def offworld_picture(seed: int, size: int) -> Image.Image:
    """One of the kinds, decided by the seed, as a camera, a scanner or the web would have left it."""
    chance = np.random.default_rng(seed)
    family = FAMILIES[chance.choice(len(FAMILIES), p=[share for share, _ in FAMILIES])][1]
    canvas = developed(chance, family[int(chance.integers(len(family)))](chance, size))
    if chance.random() < CAPTIONED:
        canvas = captioned(chance, canvas)
    image = as_image(canvas)
    if chance.random() < BLURRED:
        image = image.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.3, 1.8))))
    return squeezed_by_jpeg(chance, image) if chance.random() < SQUEEZED else image


def developed(chance: np.random.Generator, canvas: Canvas) -> Canvas:
    """Uneven light, contrast, faded or no colours, grain."""
    rows, columns = grid(len(canvas))
    falloff = (rows - chance.random()) ** 2 + (columns - chance.random()) ** 2
    lit = np.clip(canvas, 0, 1) ** chance.uniform(0.7, 1.5) * (1 - chance.uniform(0, 0.4) * falloff)[..., None]
    if chance.random() < FADED:
        grey = lit.mean(2, keepdims=True) * np.clip(chance.normal([1, 0.95, 0.85], 0.05), 0, 1)
        lit = lit + chance.uniform(0.5, 1) * (grey - lit)
    developed: Canvas = lit + chance.normal(0, chance.uniform(0, 0.05), lit.shape)
    return developed


def squeezed_by_jpeg(chance: np.random.Generator, image: Image.Image) -> Image.Image:
    """With the marks that compression leaves."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=int(chance.integers(25, 90)))
    return Image.open(file).convert("RGB")
