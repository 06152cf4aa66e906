"""How much of everything: each part says how much the whole is, and a size takes its share, from the same seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.chaos.proxy import Patience

SEED = 20261122
T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """A share of the whole, `lanes` parts of it at a time. `full` is what alone may take minutes for one figure.

    `slack`: on a machine that others use too, every time may be so many times as long.
    """

    name: str
    share: float
    lanes: int = 1
    slack: int = 1

    @property
    def full(self) -> bool:
        return self.share >= 1

    @property
    def patience(self) -> Patience:
        """The deadlines of deployments, and what is granted beside them."""
        calm = Patience()
        return Patience(calm.judge_seconds * self.slack, calm.answer_seconds * self.slack)

    def of(self, whole: int, least: int = 1) -> int:
        """The share of a count."""
        return max(least, round(whole * self.share))

    def some(self, whole: Sequence[T], least: int = 1) -> list[T]:
        """The share of a list, spread over it."""
        count = self.of(len(whole), min(least, len(whole)))
        return [whole[place * len(whole) // count] for place in range(count)]


SIZES = {
    each.name: each
    for each in (Size("small", 0.006, slack=3), Size("sample", 0.02, lanes=3, slack=5), Size("full", 1.0))
}
