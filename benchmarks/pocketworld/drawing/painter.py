"""What paints one object."""

from typing import Protocol

from benchmarks.pocketworld.drawing.brush import Brush


class Painter(Protocol):
    """Fills a square, empty canvas with one object in one state."""

    def __call__(self, brush: Brush, state: str | None) -> None: ...
