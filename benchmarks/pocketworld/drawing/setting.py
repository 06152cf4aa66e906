"""What a place is painted with: a brush, and random variation of colours and positions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from PIL import ImageColor

from benchmarks.pocketworld.drawing.brush import Brush, Colour

COLOUR_SPREAD = 14
"""The most that a colour channel varies, of 255."""
HORIZON_SPREAD = 5
"""The most that the horizon moves, in hundredths of the picture."""


@dataclass(frozen=True)
class Setting:
    """One painting of a place. `rng` varies it; `shift` moves the horizon, and `light` brightens every colour."""

    brush: Brush
    rng: random.Random
    shift: float
    light: int

    @classmethod
    def begin(cls, brush: Brush, rng: random.Random) -> "Setting":
        return cls(brush, rng, rng.uniform(-HORIZON_SPREAD, HORIZON_SPREAD), rng.randint(-16, 10))

    def tint(self, colour: str) -> Colour:
        """The colour in the light of this painting, varied a little."""
        red, green, blue = ImageColor.getrgb(colour)[:3]
        return self._varied(red), self._varied(green), self._varied(blue)

    def about(self, middle: float, spread: float) -> float:
        """A random value within `spread` of the middle."""
        return middle + self.rng.uniform(-spread, spread)

    def scatter(
        self, count: int, left: float, top: float, right: float, bottom: float
    ) -> Iterator[tuple[float, float]]:
        """Random points in a rectangle."""
        for _ in range(count):
            yield self.rng.uniform(left, right), self.rng.uniform(top, bottom)

    def split(self, above: str, below: str, horizon: float) -> float:
        """Fill the picture with two colours and return the height at which they meet."""
        height = horizon + self.shift
        self.brush.box(-1, -1, 101, height, self.tint(above))
        self.brush.box(-1, height, 101, 101, self.tint(below))
        return height

    def _varied(self, channel: int) -> int:
        moved = channel + self.light + self.rng.randint(-COLOUR_SPREAD, COLOUR_SPREAD)
        return max(0, min(255, moved))


class PlacePainter(Protocol):
    """Paints one place over the whole picture."""

    def __call__(self, setting: Setting) -> None: ...
