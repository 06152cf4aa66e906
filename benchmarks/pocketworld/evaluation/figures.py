"""A measured share with its interval, and the errors behind it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import nan, sqrt

NORMAL = 1.959964  # the normal distribution's 97.5 % point, for 95 % intervals


@dataclass(frozen=True)
class Figure:
    """How large a share of `count` cases came out right, its 95 % interval, and each error in a line of words."""

    name: str
    share: float
    low: float
    high: float
    count: int
    errors: tuple[str, ...] = ()

    @classmethod
    def counted(cls, name: str, right: int, count: int, errors: Iterable[str] = ()) -> "Figure":
        """So many of `count` independent cases: the interval is Wilson's (1927)."""
        if not count:
            return cls(name, nan, nan, nan, 0)
        return cls(name, right / count, *wilson(right / count, count), count, tuple(errors))


@dataclass
class Tally:
    """Counts independent cases, one after another, into a figure."""

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
    """The 95 % interval of a share of `count` independent cases."""
    square = NORMAL**2 / count
    middle = share + square / 2
    reach = NORMAL * sqrt(share * (1 - share) / count + square / (4 * count))
    return max(0.0, (middle - reach) / (1 + square)), min(1.0, (middle + reach) / (1 + square))
