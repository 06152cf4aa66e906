"""Charts as shapes of an SVG that a template draws. Pure: counts in, rectangles out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960.0, 160.0
GAP = 4.0  # between two bars
LEAST = 2.0  # the height of a count that is not zero, so that it is seen


@dataclass(frozen=True)
class Bar:
    """A rectangle. `kind` is what it counts, for its colour."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class BarChart:
    """Bars, and the highest sum that one of them shows."""

    bars: Sequence[Bar]
    top: int
    width: float = WIDTH
    height: float = HEIGHT


def stacked(columns: Sequence[Mapping[str, int]], kinds: Sequence[str]) -> BarChart:
    """A column for each of `columns`, in it a bar for each kind, the first one at the bottom."""
    top = max((sum(column.values()) for column in columns), default=0)
    step = WIDTH / max(len(columns), 1)
    bars = []
    for place, column in enumerate(columns):
        floor = HEIGHT
        for kind in kinds:
            if count := column.get(kind, 0):
                height = max(LEAST, count / top * (HEIGHT - LEAST * len(kinds)))
                floor -= height
                bars.append(Bar(kind, round(place * step + GAP / 2, 1), round(floor, 1), step - GAP, round(height, 1)))
    return BarChart(bars, top)
