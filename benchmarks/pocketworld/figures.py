"""A measured share, with the errors behind it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Figure:
    """How many of `count` cases came out right; each error in a line of words."""

    name: str
    right: int
    count: int
    errors: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.right / self.count if self.count else float("nan")


@dataclass
class Tally:
    """Counts case after case into a figure."""

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
        return Figure(self.name, self.right, self.count, tuple(self.errors))
