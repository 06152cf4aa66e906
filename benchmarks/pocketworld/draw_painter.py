"""What paints one object."""

from typing import Protocol

from benchmarks.pocketworld.draw_brush import Brush


class Painter(Protocol):
    """Fills a square, empty canvas with one object in one state."""

    def __call__(self, brush: Brush, state: str | None) -> None: ...
