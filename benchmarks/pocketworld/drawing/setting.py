"""A brush and a little chance: what a place is painted with."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from PIL import ImageColor

from benchmarks.pocketworld.drawing.brush import Brush, Colour

COLOUR_SPREAD = 14
"""How far a colour's channels may stray, of 255."""
HORIZON_SPREAD = 5
"""How far the horizon may stray, in hundredths of the picture."""


@dataclass(frozen=True)
class Setting:
    """One place about to be painted. Everything that varies comes from `chance`."""

    brush: Brush
    chance: random.Random
    shift: float
    light: int

    @classmethod
    def begin(cls, brush: Brush, chance: random.Random) -> "Setting":
        return cls(brush, chance, chance.uniform(-HORIZON_SPREAD, HORIZON_SPREAD), chance.randint(-16, 10))

    def tint(self, colour: str) -> Colour:
        """The colour as it is today."""
        red, green, blue = ImageColor.getrgb(colour)[:3]
        return self._stray(red), self._stray(green), self._stray(blue)

    def about(self, middle: float, spread: float) -> float:
        return middle + self.chance.uniform(-spread, spread)

    def scatter(
        self, count: int, left: float, top: float, right: float, bottom: float
    ) -> Iterator[tuple[float, float]]:
        """Points anywhere in a rectangle."""
        for _ in range(count):
            yield self.chance.uniform(left, right), self.chance.uniform(top, bottom)

    def split(self, above: str, below: str, horizon: float) -> float:
        """Fills the picture with two colours; returns where they meet."""
        height = horizon + self.shift
        self.brush.box(-1, -1, 101, height, self.tint(above))
        self.brush.box(-1, height, 101, 101, self.tint(below))
        return height

    def _stray(self, channel: int) -> int:
        moved = channel + self.light + self.chance.randint(-COLOUR_SPREAD, COLOUR_SPREAD)
        return max(0, min(255, moved))


class PlacePainter(Protocol):
    """Fills the whole picture with one place."""

    def __call__(self, setting: Setting) -> None: ...
