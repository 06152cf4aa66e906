"""A figure: a measured share with its confidence interval, and the errors behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import nan, sqrt

NORMAL = 1.959964  # the normal distribution's 97.5 % point, for 95 % intervals


@dataclass(frozen=True)
class Figure:
    """The share of `count` cases that were right, its 95 % interval, and a line about each error."""

    name: str
    share: float
    low: float
    high: float
    count: int
    errors: tuple[str, ...] = ()

    @classmethod
    def counted(cls, name: str, right: int, count: int, errors: Iterable[str] = ()) -> "Figure":
        """`right` of `count` independent cases, with Wilson's interval (1927)."""
        if not count:
            return cls(name, nan, nan, nan, 0)
        return cls(name, right / count, *wilson(right / count, count), count, tuple(errors))


@dataclass
class Tally:
    """Counts independent cases for a figure."""

    name: str
    right: int = 0
    count: int = 0
    errors: list[str] = field(default_factory=list)

    def mark(self, correct: bool, error: str) -> None:
        self.count += 1
        if correct:
            self.right += 1
        else:
            self.errors.append(error)

    def figure(self) -> Figure:
        return Figure.counted(self.name, self.right, self.count, self.errors)


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of `count` independent cases."""
    square = NORMAL**2 / count
    middle = share + square / 2
    reach = NORMAL * sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square))
