"""Things on paper and screens: words, line drawings, diagrams; and scenes cut up and put wrongly together."""

import string
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.out_of_domain_grounds import Canvas, as_canvas, as_image, palette
from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.sampling.quads import sample_quad


def written(chance: np.random.Generator, size: int) -> Canvas:
    """A few large words, or a page of small ones."""
    paper = Image.new("RGB", (size, size), _paper(chance))
    write(chance, paper, top=int(chance.integers(0, size // 2)), bottom=size)
    return as_canvas(paper)


def captioned(chance: np.random.Generator, canvas: Canvas) -> Canvas:
    """The picture with a strip of words below or above it, as a poster or a slide has."""
    size = len(canvas)
    sheet = as_image(canvas)
    strip = int(size * chance.uniform(0.1, 0.35))
    page = Image.new("RGB", (size, size), _paper(chance))
    below = chance.random() < 0.8
    page.paste(sheet.resize((size, size - strip)), (0, 0 if below else strip))
    write(chance, page, top=size - strip if below else 0, bottom=size if below else strip)
    return as_canvas(page)


def write(chance: np.random.Generator, paper: Image.Image, top: int, bottom: int) -> None:
    """Lines of words from `top` down, in one ink and one size."""
    tall = int(chance.uniform(0.04, 0.2) * paper.width) + 4
    font, brush = ImageFont.load_default(size=tall), ImageDraw.Draw(paper)
    ink = tuple(int(tone) for tone in chance.integers(0, 90, 3))
    for line in range(top, bottom - tall // 2, int(tall * chance.uniform(1.0, 1.6))):
        brush.text((int(chance.integers(0, paper.width // 6)), line), _words(chance), fill=ink, font=font)
        if chance.random() < 0.08:
            break


def line_drawing(chance: np.random.Generator, size: int) -> Canvas:
    """Strokes, circles and filled shapes on paper: icons, cartoons, formulas, diagrams."""
    paper = Image.new("RGB", (size, size), _paper(chance))
    brush, colours = ImageDraw.Draw(paper), (palette(chance, 4) * 255).astype(int)
    middle, spread = chance.uniform(0.35, 0.65, 2) * size, chance.uniform(0.1, 0.35) * size
    ink, wide = tuple(int(tone) for tone in chance.integers(0, 80, 3)), int(chance.integers(1, max(2, size // 25)))
    for _ in range(int(chance.integers(3, 30))):
        fill = tuple(int(tone) for tone in colours[chance.integers(4)]) if chance.random() < 0.6 else None
        corners = middle + chance.normal(0, spread, (int(chance.integers(2, 7)), 2))
        points = [(float(x), float(y)) for x, y in corners]
        kind = chance.random()
        if kind < 0.35:
            brush.line(points, fill=ink, width=wide, joint="curve")
        elif kind < 0.65:
            low, high = corners.min(0), corners.max(0)
            brush.ellipse((*low.tolist(), *high.tolist()), fill=fill, outline=ink, width=wide)
        elif kind < 0.9:
            brush.polygon(points, fill=fill, outline=ink, width=wide)
        else:
            brush.text(points[0], _words(chance)[:4], fill=ink, font=ImageFont.load_default(size=max(8, size // 10)))
    return as_canvas(paper)


def jigsaw(chance: np.random.Generator, size: int) -> Canvas:
    """A scene of the world cut into squares that are put together wrongly: everything there, and no place."""
    seed = int(chance.integers(2**31))
    scene = sample_quad(Random(seed)).scene_a
    count = int(chance.integers(3, 7))
    side = -(-size // count)
    whole = as_canvas(draw(scene, seed, side * count).image.convert("RGB"))
    squares = whole.reshape(count, side, count, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    mixed = squares[chance.permutation(len(squares))].reshape(count, count, side, side, 3)
    return mixed.swapaxes(1, 2).reshape(side * count, side * count, 3)[:size, :size]


def _paper(chance: np.random.Generator) -> tuple[int, int, int]:
    """White, nearly white, or of any colour."""
    kind = chance.random()
    if kind < 0.5:
        return (255, 255, 255)
    tones = chance.integers(225, 256, 3) if kind < 0.75 else chance.integers(0, 256, 3)
    return int(tones[0]), int(tones[1]), int(tones[2])


def _words(chance: np.random.Generator) -> str:
    """A line of words of no language."""
    letters = string.ascii_uppercase if chance.random() < 0.3 else string.ascii_lowercase
    lengths = chance.integers(2, 11, int(chance.integers(1, 7)))
    return " ".join("".join(letters[index] for index in chance.integers(26, size=length)) for length in lengths)


PAPERS = (written, line_drawing, jigsaw)
