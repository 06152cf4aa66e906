"""Bodies of no kind before a ground: leaves over leaves, one thing on a table, a figure, a room in perspective."""

from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.pocketworld.drawing.out_of_domain_grounds import (
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


def texture(chance: np.random.Generator, size: int) -> Canvas:
    """What a surface looks like: plain, shaded, clouded or dreamt."""
    kind = chance.random()
    if kind < 0.25:
        return plain(chance, size)
    if kind < 0.45:
        return gradient(chance, size)
    return clouds(chance, size) if kind < 0.85 else dream(chance, size)


def outline(chance: np.random.Generator, size: int, row: float, column: float, radius: float) -> Field:
    """The share of each pixel that a random body covers: round, angular, long or lumpy."""
    corners = int(chance.integers(3, 12))
    angles = np.sort(chance.uniform(0, 2 * np.pi, corners)) if chance.random() < 0.5 else np.linspace(0, 6.28, 40)
    waves = sum(chance.normal(0, 0.25) * np.sin(k * angles + chance.uniform(0, 6.28)) for k in range(2, 5))
    reach = radius * np.clip(1 + waves * (chance.random() < 0.7), 0.15, 2)
    turn, stretch = chance.uniform(0, np.pi), chance.uniform(0.15, 1.0)
    along, across = reach * np.cos(angles), reach * np.sin(angles) * stretch
    down = row + along * np.sin(turn) + across * np.cos(turn)
    right = column + along * np.cos(turn) - across * np.sin(turn)
    return filled(size, zip(right, down, strict=True))


def filled(size: int, corners: Iterable[tuple[float, float]]) -> Field:
    """The pixels inside a polygon, its corners (column, row) as shares of the side."""
    mask = Image.new("L", (size, size))
    ImageDraw.Draw(mask).polygon([(x * size, y * size) for x, y in corners], fill=255)
    return as_canvas(mask)


def laid(canvas: Canvas, cover: Field, body: Canvas) -> Canvas:
    """The body over the canvas, where it covers."""
    return between(cover[..., None], body, canvas)


def shaded(chance: np.random.Generator, body: Canvas) -> Canvas:
    """Lit from one side."""
    rows, columns = grid(len(body))
    angle = chance.uniform(0, 2 * np.pi)
    light = 1 + chance.uniform(0, 0.6) * (np.cos(angle) * (rows - 0.5) + np.sin(angle) * (columns - 0.5)) * 2
    lit: Canvas = body * light[..., None]
    return lit


def leaves(chance: np.random.Generator, size: int) -> Canvas:
    """Bodies of all sizes, each hiding some of those before it, as in most photographs (Lee et al. 2001)."""
    canvas = texture(chance, size)
    surfaces = [texture(chance, size) for _ in range(int(chance.integers(2, 5)))]
    smallest = chance.uniform(0.01, 0.08)
    for _ in range(int(chance.integers(8, 120))):
        radius = min(0.6, smallest / np.sqrt(chance.uniform(0.004, 1)))
        body = surfaces[chance.integers(len(surfaces))] * chance.uniform(0.4, 1.5) + chance.normal(0, 0.1, 3)
        row, column = chance.random(2)
        canvas = laid(canvas, outline(chance, size, row, column, radius), body)
    return canvas


def still_life(chance: np.random.Generator, size: int) -> Canvas:
    """One to five things before an empty ground, as in a shop's catalogue or a drawing on paper."""
    light = chance.random() < 0.6
    canvas = plain(chance, size) * 0.05 + chance.uniform(0.9, 1) if light else texture(chance, size)
    if chance.random() < 0.3:
        canvas = laid(canvas, (grid(size)[0] > chance.uniform(0.4, 0.8)).astype(float), texture(chance, size))
    for _ in range(int(chance.integers(1, 6))):
        row, column = chance.uniform(0.3, 0.7, 2)
        colours = palette(chance, 3)
        for _ in range(int(chance.integers(1, 7))):
            near, radius = chance.normal(0, 0.12, 2), chance.uniform(0.03, 0.3)
            cover = outline(chance, size, row + near[0], column + near[1], radius)
            body = clouds(chance, size, colours) if chance.random() < 0.5 else np.ones((size, size, 3)) * colours[0]
            canvas = laid(canvas, cover, shaded(chance, body))
            colours = np.roll(colours, 1, 0)
    return canvas


def figures(chance: np.random.Generator, size: int) -> Canvas:
    """Heads, hair and shoulders, near or in a crowd."""
    canvas = leaves(chance, size) if chance.random() < 0.5 else texture(chance, size)
    rows, columns = grid(size)
    crowd = int(chance.integers(1, 4)) if chance.random() < 0.7 else int(chance.integers(6, 20))
    for _ in range(crowd):
        tall = chance.uniform(0.1, 0.3) if crowd < 4 else chance.uniform(0.03, 0.08)
        row, column = chance.uniform(0.15, 0.6), chance.random()
        skin = SKIN[chance.integers(len(SKIN))] * chance.uniform(0.8, 1.1)
        shoulders = (np.abs(columns - column) < tall * chance.uniform(1, 1.8)) & (rows > row + tall * 1.1)
        canvas = laid(canvas, shoulders.astype(float), texture(chance, size))
        for wide, lift, colour in ((1.15, -0.25, chance.random(3) * 0.5), (0.85, 0.0, skin)):
            distance = ((rows - row - lift * tall) / tall) ** 2 + ((columns - column) / (0.8 * tall)) ** 2
            head = shaded(chance, np.ones((size, size, 3)) * colour)
            canvas = laid(canvas, (distance < wide**2).astype(float), head)
    return canvas


def perspective(chance: np.random.Generator, size: int) -> Canvas:
    """Walls, floor and ceiling meeting somewhere, with bodies in between: rooms and streets seen by nobody."""
    top, left = chance.uniform(0.15, 0.45, 2)
    bottom, right = chance.uniform(0.55, 0.85, 2)
    far = ((left, top), (right, top), (right, bottom), (left, bottom))
    near = ((-0.2, -0.2), (1.2, -0.2), (1.2, 1.2), (-0.2, 1.2))
    canvas = texture(chance, size)
    for side in range(4):
        other = (side + 1) % 4
        wall = [far[side], far[other], near[other], near[side]]
        canvas = laid(canvas, filled(size, wall), shaded(chance, texture(chance, size)))
    for _ in range(int(chance.integers(0, 14))):
        row, column = chance.uniform(0.1, 0.9, 2)
        cover = outline(chance, size, row, column, chance.uniform(0.03, 0.2))
        canvas = laid(canvas, cover, shaded(chance, texture(chance, size)))
    return canvas


def landscape(chance: np.random.Generator, size: int) -> Canvas:
    """Bands of ground behind each other below a sky, each with an uneven edge."""
    canvas = gradient(chance, size) if chance.random() < 0.5 else clouds(chance, size)
    rows, columns = grid(size)
    edge = chance.uniform(0.2, 0.6)
    while edge < 1:
        rough = sum(
            chance.normal(0, 0.05 / k) * np.sin(k * 6.28 * columns + chance.uniform(0, 6.28)) for k in (1, 3, 8)
        )
        canvas = laid(canvas, (rows + rough > edge).astype(float), shaded(chance, texture(chance, size)))
        edge += chance.uniform(0.1, 0.5)
    for _ in range(int(chance.integers(0, 10))):
        cover = outline(chance, size, chance.uniform(0.3, 1), chance.random(), chance.uniform(0.02, 0.25))
        canvas = laid(canvas, cover, texture(chance, size))
    return canvas


def blocks(chance: np.random.Generator, size: int) -> Canvas:
    """Rectangles over rectangles: façades, shelves, screens."""
    canvas = texture(chance, size)
    for _ in range(int(chance.integers(4, 40))):
        top, left = chance.integers(0, size, 2)
        height, width = chance.integers(size // 20, size // 2, 2)
        block = canvas[top : top + height, left : left + width]
        block[:] = block * chance.uniform(0, 0.6) + chance.random(3) * chance.uniform(0.4, 1.0)
    return canvas


BODIES = (leaves, still_life, figures, perspective, landscape, blocks)
