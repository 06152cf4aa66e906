"""Paper and screens: words, line drawings, diagrams. And scenes of the world, cut up and shuffled."""

import string
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.sampling.quads import sample_quad
from benchmarks.pocketworld.training.out_of_domain.grounds import Canvas, as_canvas, as_image, palette


def written(rng: np.random.Generator, size: int) -> Canvas:
    """A few large words, or a page of small ones."""
    paper = Image.new("RGB", (size, size), _paper(rng))
    write(rng, paper, top=int(rng.integers(0, size // 2)), bottom=size)
    return as_canvas(paper)


def captioned(rng: np.random.Generator, canvas: Canvas) -> Canvas:
    """The picture with a strip of words below or above it, as on a poster or a slide."""
    size = len(canvas)
    sheet = as_image(canvas)
    strip = int(size * rng.uniform(0.1, 0.35))
    page = Image.new("RGB", (size, size), _paper(rng))
    below = rng.random() < 0.8
    page.paste(sheet.resize((size, size - strip)), (0, 0 if below else strip))
    write(rng, page, top=size - strip if below else 0, bottom=size if below else strip)
    return as_canvas(page)


def write(rng: np.random.Generator, paper: Image.Image, top: int, bottom: int) -> None:
    """Write lines of words from `top` down, in one ink and one size."""
    tall = int(rng.uniform(0.04, 0.2) * paper.width) + 4
    font, brush = ImageFont.load_default(size=tall), ImageDraw.Draw(paper)
    ink = tuple(int(tone) for tone in rng.integers(0, 90, 3))
    for line in range(top, bottom - tall // 2, int(tall * rng.uniform(1.0, 1.6))):
        brush.text((int(rng.integers(0, paper.width // 6)), line), _words(rng), fill=ink, font=font)
        if rng.random() < 0.08:
            break


def line_drawing(rng: np.random.Generator, size: int) -> Canvas:
    """Strokes, circles and filled shapes on paper: icons, cartoons, formulas, diagrams."""
    paper = Image.new("RGB", (size, size), _paper(rng))
    brush, colours = ImageDraw.Draw(paper), (palette(rng, 4) * 255).astype(int)
    middle, spread = rng.uniform(0.35, 0.65, 2) * size, rng.uniform(0.1, 0.35) * size
    ink, wide = tuple(int(tone) for tone in rng.integers(0, 80, 3)), int(rng.integers(1, max(2, size // 25)))
    for _ in range(int(rng.integers(3, 30))):
        fill = tuple(int(tone) for tone in colours[rng.integers(4)]) if rng.random() < 0.6 else None
        corners = middle + rng.normal(0, spread, (int(rng.integers(2, 7)), 2))
        points = [(float(x), float(y)) for x, y in corners]
        kind = rng.random()
        if kind < 0.35:
            brush.line(points, fill=ink, width=wide, joint="curve")
        elif kind < 0.65:
            low, high = corners.min(0), corners.max(0)
            brush.ellipse((*low.tolist(), *high.tolist()), fill=fill, outline=ink, width=wide)
        elif kind < 0.9:
            brush.polygon(points, fill=fill, outline=ink, width=wide)
        else:
            brush.text(points[0], _words(rng)[:4], fill=ink, font=ImageFont.load_default(size=max(8, size // 10)))
    return as_canvas(paper)


def jigsaw(rng: np.random.Generator, size: int) -> Canvas:
    """A scene of the world cut into squares and shuffled: all of its content is there, but no place."""
    seed = int(rng.integers(2**31))
    scene = sample_quad(Random(seed)).scene_a
    count = int(rng.integers(3, 7))
    side = -(-size // count)
    whole = as_canvas(draw(scene, seed, side * count).image.convert("RGB"))
    squares = whole.reshape(count, side, count, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    mixed = squares[rng.permutation(len(squares))].reshape(count, count, side, side, 3)
    return mixed.swapaxes(1, 2).reshape(side * count, side * count, 3)[:size, :size]


def _paper(rng: np.random.Generator) -> tuple[int, int, int]:
    """White, nearly white, or of any colour."""
    kind = rng.random()
    if kind < 0.5:
        return (255, 255, 255)
    tones = rng.integers(225, 256, 3) if kind < 0.75 else rng.integers(0, 256, 3)
    return int(tones[0]), int(tones[1]), int(tones[2])


def _words(rng: np.random.Generator) -> str:
    """A line of random words, of no language."""
    letters = string.ascii_uppercase if rng.random() < 0.3 else string.ascii_lowercase
    lengths = rng.integers(2, 11, int(rng.integers(1, 7)))
    return " ".join("".join(letters[index] for index in rng.integers(26, size=length)) for length in lengths)


PAPERS = (written, line_drawing, jigsaw)
