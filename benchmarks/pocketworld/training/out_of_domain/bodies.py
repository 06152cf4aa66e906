"""Random bodies before a background: leaves over leaves, a still life, figures, a room in perspective."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pocketworld.training.out_of_domain.grounds import (
    Canvas,
    Field,
    as_canvas,
    between,
    clouds,
    dream,
    gradient,
    grid,
    palette,
    plain,
)

SKIN = np.array([[0.95, 0.8, 0.7], [0.8, 0.6, 0.45], [0.55, 0.38, 0.27], [0.35, 0.22, 0.15]])


def texture(rng: np.random.Generator, size: int) -> Canvas:
    """A surface: plain, a gradient, clouds or a dream."""
    kind = rng.random()
    if kind < 0.25:
        return plain(rng, size)
    if kind < 0.45:
        return gradient(rng, size)
    return clouds(rng, size) if kind < 0.85 else dream(rng, size)


def outline(rng: np.random.Generator, size: int, row: float, column: float, radius: float) -> Field:
    """How much of each pixel a random body covers. The body is round, angular, long or lumpy."""
    corners = int(rng.integers(3, 12))
    angles = np.sort(rng.uniform(0, 2 * np.pi, corners)) if rng.random() < 0.5 else np.linspace(0, 6.28, 40)
    waves = sum(rng.normal(0, 0.25) * np.sin(k * angles + rng.uniform(0, 6.28)) for k in range(2, 5))
    reach = radius * np.clip(1 + waves * (rng.random() < 0.7), 0.15, 2)
    turn, stretch = rng.uniform(0, np.pi), rng.uniform(0.15, 1.0)
    along, across = reach * np.cos(angles), reach * np.sin(angles) * stretch
    down = row + along * np.sin(turn) + across * np.cos(turn)
    right = column + along * np.cos(turn) - across * np.sin(turn)
    return filled(size, zip(right, down, strict=True))


def filled(size: int, corners: Iterable[tuple[float, float]]) -> Field:
    """The pixels inside a polygon. Its corners are (column, row), as shares of the side."""
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).polygon([(x * size, y * size) for x, y in corners], fill=255)
    return as_canvas(mask)


def laid(canvas: Canvas, cover: Field, body: Canvas) -> Canvas:
    """The canvas with the body painted over it where `cover` says."""
    return between(cover[..., None], body, canvas)


def shaded(rng: np.random.Generator, body: Canvas) -> Canvas:
    """The body lit from one side."""
    rows, columns = grid(len(body))
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0, 0.6) * (np.cos(angle) * (rows - 0.5) + np.sin(angle) * (columns - 0.5)) * 2
    lit: Canvas = body * light[..., None]
    return lit


def leaves(rng: np.random.Generator, size: int) -> Canvas:
    """Bodies of all sizes that occlude each other, as in most photographs (Lee et al. 2001)."""
    canvas = texture(rng, size)
    surfaces = [texture(rng, size) for _ in range(int(rng.integers(2, 5)))]
    smallest = rng.uniform(0.01, 0.08)
    for _ in range(int(rng.integers(8, 120))):
        radius = min(0.6, smallest / np.sqrt(rng.uniform(0.004, 1)))
        body = surfaces[rng.integers(len(surfaces))] * rng.uniform(0.4, 1.5) + rng.normal(0, 0.1, 3)
        row, column = rng.random(2)
        canvas = laid(canvas, outline(rng, size, row, column, radius), body)
    return canvas


def still_life(rng: np.random.Generator, size: int) -> Canvas:
    """One to five things before an empty background, as in a catalogue or a drawing on paper."""
    light = rng.random() < 0.6
    canvas = plain(rng, size) * 0.05 + rng.uniform(0.9, 1) if light else texture(rng, size)
    if rng.random() < 0.3:
        canvas = laid(canvas, (grid(size)[0] > rng.uniform(0.4, 0.8)).astype(float), texture(rng, size))
    for _ in range(int(rng.integers(1, 6))):
        row, column = rng.uniform(0.3, 0.7, 2)
        colours = palette(rng, 3)
        for _ in range(int(rng.integers(1, 7))):
            near, radius = rng.normal(0, 0.12, 2), rng.uniform(0.03, 0.3)
            cover = outline(rng, size, row + near[0], column + near[1], radius)
            body = clouds(rng, size, colours) if rng.random() < 0.5 else np.ones((size, size, 3)) * colours[0]
            canvas = laid(canvas, cover, shaded(rng, body))
            colours = np.roll(colours, 1, 0)
    return canvas


def figures(rng: np.random.Generator, size: int) -> Canvas:
    """Heads, hair and shoulders, near or in a crowd."""
    canvas = leaves(rng, size) if rng.random() < 0.5 else texture(rng, size)
    rows, columns = grid(size)
    crowd = int(rng.integers(1, 4)) if rng.random() < 0.7 else int(rng.integers(6, 20))
    for _ in range(crowd):
        tall = rng.uniform(0.1, 0.3) if crowd < 4 else rng.uniform(0.03, 0.08)
        row, column = rng.uniform(0.15, 0.6), rng.random()
        skin = SKIN[rng.integers(len(SKIN))] * rng.uniform(0.8, 1.1)
        shoulders = (np.abs(columns - column) < tall * rng.uniform(1, 1.8)) & (rows > row + tall * 1.1)
        canvas = laid(canvas, shoulders.astype(float), texture(rng, size))
        for wide, lift, colour in ((1.15, -0.25, rng.random(3) * 0.5), (0.85, 0.0, skin)):
            distance = ((rows - row - lift * tall) / tall) ** 2 + ((columns - column) / (0.8 * tall)) ** 2
            head = shaded(rng, np.ones((size, size, 3)) * colour)
            canvas = laid(canvas, (distance < wide**2).astype(float), head)
    return canvas


def perspective(rng: np.random.Generator, size: int) -> Canvas:
    """Walls, floor and ceiling in perspective, with bodies between them: imaginary rooms and streets."""
    top, left = rng.uniform(0.15, 0.45, 2)
    bottom, right = rng.uniform(0.55, 0.85, 2)
    far = ((left, top), (right, top), (right, bottom), (left, bottom))
    near = ((-0.2, -0.2), (1.2, -0.2), (1.2, 1.2), (-0.2, 1.2))
    canvas = texture(rng, size)
    for side in range(4):
        other = (side + 1) % 4
        wall = [far[side], far[other], near[other], near[side]]
        canvas = laid(canvas, filled(size, wall), shaded(rng, texture(rng, size)))
    for _ in range(int(rng.integers(0, 14))):
        row, column = rng.uniform(0.1, 0.9, 2)
        cover = outline(rng, size, row, column, rng.uniform(0.03, 0.2))
        canvas = laid(canvas, cover, shaded(rng, texture(rng, size)))
    return canvas


def landscape(rng: np.random.Generator, size: int) -> Canvas:
    """A sky, and below it bands of ground behind each other, each with an uneven edge."""
    canvas = gradient(rng, size) if rng.random() < 0.5 else clouds(rng, size)
    rows, columns = grid(size)
    edge = rng.uniform(0.2, 0.6)
    while edge < 1:
        rough = sum(rng.normal(0, 0.05 / k) * np.sin(k * 6.28 * columns + rng.uniform(0, 6.28)) for k in (1, 3, 8))
        canvas = laid(canvas, (rows + rough > edge).astype(float), shaded(rng, texture(rng, size)))
        edge += rng.uniform(0.1, 0.5)
    for _ in range(int(rng.integers(0, 10))):
        cover = outline(rng, size, rng.uniform(0.3, 1), rng.random(), rng.uniform(0.02, 0.25))
        canvas = laid(canvas, cover, texture(rng, size))
    return canvas


def blocks(rng: np.random.Generator, size: int) -> Canvas:
    """Rectangles over rectangles: façades, shelves, screens."""
    canvas = texture(rng, size)
    for _ in range(int(rng.integers(4, 40))):
        top, left = rng.integers(0, size, 2)
        height, width = rng.integers(size // 20, size // 2, 2)
        block = canvas[top : top + height, left : left + width]
        block[:] = block * rng.uniform(0, 0.6) + rng.random(3) * rng.uniform(0.4, 1.0)
    return canvas


BODIES = (leaves, still_life, figures, perspective, landscape, blocks)
