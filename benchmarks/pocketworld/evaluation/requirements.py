"""What the embedded model must reach on held-out cases, beside what it was measured to reach."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.proxy_eval import GAP, GUARDED
from benchmarks.pocketworld.world.splits import Split

SEEN, COMBINED = Split.HELD_OUT_RENDERINGS, Split.HELD_OUT_COMBINATIONS


@dataclass(frozen=True)
class Requirement:
    """The least share that every figure whose name fits `figures` (a shell's pattern) must reach."""

    least: float
    figures: str

    def rows(self, measured: Sequence[Figure]) -> Iterator["Row"]:
        """A row for each figure that was measured."""
        return (Row(self.least, figure) for figure in measured if fnmatchcase(figure.name, self.figures))


@dataclass(frozen=True)
class Row:
    """A measured figure beside what it must reach."""

    least: float
    figure: Figure

    @property
    def met(self) -> bool:
        return self.figure.share >= self.least


REQUIREMENTS = (
    Requirement(0.95, f"intent, {Split.HELD_OUT_WORDINGS}"),
    Requirement(0.97, f"place, {SEEN}"),
    Requirement(0.92, f"deciding object, {SEEN}"),
    Requirement(0.85, f"sign text where there is one, {SEEN}"),
    Requirement(0.90, f"judgement, {SEEN}, * side"),
    Requirement(0.82, f"judgement, {COMBINED}, * side"),
    Requirement(0.82, "contrast pairs, both right"),
    Requirement(0.995, "replies that parse*"),
    Requirement(0.35, GAP),
    Requirement(0.92, f"end to end, {GUARDED}: safe answered"),
    Requirement(0.90, "*: unclear or unknown through the proxy"),
)


def required_rows(measured: Sequence[Figure]) -> list[Row]:
    """All that was measured of what must be reached, in the order of the requirements."""
    return [row for requirement in REQUIREMENTS for row in requirement.rows(measured)]
