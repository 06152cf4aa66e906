"""A brush whose unit is a hundredth of the canvas, so that a drawing looks the same at any size."""

# ruff: noqa: PLR0917 - a stroke is its coordinates, in the order that Pillow has them

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = str | tuple[int, int, int]

INK = "#2b2b33"
SKIN = ("#f2c29b", "#c98d5e", "#8a5a3b")


@dataclass(frozen=True)
class Brush:
    """Pillow's primitives in hundredths of the canvas. `variant` selects among the colours of a drawing."""

    image: Image.Image
    variant: int = 0

    @property
    def unit(self) -> float:
        """Pixels in one hundredth."""
        return self.image.width / 100

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def pick(self, *colours: str) -> str:
        """The colour of this variant."""
        return colours[self.variant % len(colours)]

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour | None,
        radius: float = 0,
        outline: Colour | None = None,
        width: float = 2,
    ) -> None:
        self._draw.rounded_rectangle(
            self._scaled(left, top, right, bottom), radius * self.unit, fill, outline, self._pixels(width)
        )

    def oval(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        fill: Colour | None,
        outline: Colour | None = None,
        width: float = 2,
    ) -> None:
        self._draw.ellipse(self._scaled(left, top, right, bottom), fill, outline, self._pixels(width))

    def dot(self, x: float, y: float, radius: float, fill: Colour) -> None:
        self.oval(x - radius, y - radius, x + radius, y + radius, fill)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        self.oval(x - radius, y - radius, x + radius, y + radius, None, colour, width)

    def shape(
        self, points: Sequence[Point], fill: Colour | None, outline: Colour | None = None, width: float = 2
    ) -> None:
        self._draw.polygon(self._points(points), fill)
        if outline:
            self.line([*points, points[0]], outline, width)

    def line(self, points: Sequence[Point], colour: Colour, width: float = 2) -> None:
        """A line with round joints and ends."""
        scaled = self._points(points)
        self._draw.line(scaled, colour, self._pixels(width), joint="curve")
        for x, y in (points[0], points[-1]):
            self.dot(x, y, width / 2, colour)

    def curve(self, points: Sequence[Point], colour: Colour, width: float = 2) -> None:
        """A smooth line through the points (Catmull-Rom)."""
        self.line(smooth(points), colour, width)

    def blob(self, points: Sequence[Point], fill: Colour, outline: Colour | None = None, width: float = 2) -> None:
        """A closed smooth shape through the points."""
        self.shape(smooth([*points, points[0]], closed=True), fill, outline, width)

    def arc(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        start: float,
        end: float,
        colour: Colour,
        width: float = 2,
    ) -> None:
        """Part of an oval's edge, from `start` to `end` degrees, clockwise from three o'clock."""
        self._draw.arc(self._scaled(left, top, right, bottom), start, end, colour, self._pixels(width))

    def pie(self, left: float, top: float, right: float, bottom: float, start: float, end: float, fill: Colour) -> None:
        self._draw.pieslice(self._scaled(left, top, right, bottom), start, end, fill)

    def star(self, x: float, y: float, radius: float, fill: Colour, points: int = 8, inner: float = 0.45) -> None:
        corners = [
            (
                x + radius * (inner if step % 2 else 1) * math.cos(math.pi * step / points),
                y + radius * (inner if step % 2 else 1) * math.sin(math.pi * step / points),
            )
            for step in range(2 * points)
        ]
        self.shape(corners, fill)

    def _scaled(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return left * self.unit, top * self.unit, right * self.unit, bottom * self.unit

    def _points(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.unit, y * self.unit) for x, y in points]

    def _pixels(self, width: float) -> int:
        return max(1, round(width * self.unit))


class Painter(Protocol):
    """Paints one object in one state onto a square, empty canvas."""

    def __call__(self, brush: Brush, state: str | None) -> None: ...


STEPS = 8
"""Straight pieces between two points of a smooth line."""


def smooth(points: Sequence[Point], closed: bool = False) -> list[Point]:
    """Points along the Catmull-Rom spline through the given ones."""
    before, after = (points[-2], points[1]) if closed else (points[0], points[-1])
    padded = [before, *points, after]
    path = []
    for index in range(len(points) - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = padded[index : index + 4]
        for step in range(STEPS):
            t = step / STEPS
            path.append((catmull_rom(ax, bx, cx, dx, t), catmull_rom(ay, by, cy, dy, t)))
    return [*path, points[-1]]


def catmull_rom(a: float, b: float, c: float, d: float, t: float) -> float:
    """One coordinate of the spline between `b` and `c`, at `t` from 0 to 1."""
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
