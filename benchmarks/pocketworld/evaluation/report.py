"""The report on a checkpoint: its figures beside what it must reach, on a screen and as JSON."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from math import isfinite
from pathlib import Path

from rich.table import Table

from benchmarks.pocketworld.evaluation.benchmark import CAVEAT
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.proxy_eval import GAP, GUARDED
from benchmarks.pocketworld.world.splits import Split

SEEN, COMBINED = Split.HELD_OUT_RENDERINGS, Split.HELD_OUT_COMBINATIONS
ERRORS_SHOWN = 3


@dataclass(frozen=True)
class Requirement:
    """The least share that every figure must reach whose name matches `figures`, a shell pattern."""

    least: float
    figures: str

    def results(self, figures: Sequence[Figure]) -> list["RequirementResult"]:
        """The result for each of the figures that matches."""
        return [RequirementResult(self.least, each) for each in figures if fnmatchcase(each.name, self.figures)]


@dataclass(frozen=True)
class RequirementResult:
    """A figure beside the share that it must reach."""

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


def check_requirements(figures: Sequence[Figure]) -> list[RequirementResult]:
    """The requirements on these figures, in the order of REQUIREMENTS."""
    return [result for requirement in REQUIREMENTS for result in requirement.results(figures)]


@dataclass(frozen=True)
class FigureReport:
    """The figures of a checkpoint, and the seed that they were measured with."""

    folder: Path
    seed: int
    figures: Sequence[Figure]

    def required(self) -> Table:
        """What must be reached, beside what was."""
        table = Table("figure", title="Pocket World, held-out cases (95 % intervals)")
        for column in ("must reach", "reached", "n", ""):
            table.add_column(column, justify="right")
        for result in check_requirements(self.figures):
            figure, least = result.figure, f"{100 * result.least:g} %"
            table.add_row(figure.name, least, percent(figure), str(figure.count), "met" if result.met else "not met")
        return table

    def lines(self) -> Iterator[str]:
        """A line for each figure, followed by some of its errors."""
        for figure in self.figures:
            yield f"{figure.name:<66} {percent(figure)}   n = {figure.count}"
            yield from (f"      {error}" for error in figure.errors[:ERRORS_SHOWN])

    def as_json(self) -> str:
        """Everything, with all errors."""
        commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
        report = {
            "caveat": CAVEAT,
            "seed": self.seed,
            "commit": commit.stdout.strip(),
            "weights_sha256": weights_digest(self.folder),
            "required": [
                {"figure": each.figure.name, "least": each.least, "share": each.figure.share, "met": each.met}
                for each in check_requirements(self.figures)
            ],
            "figures": [asdict(figure) for figure in self.figures],
        }
        return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def percent(figure: Figure) -> str:
    """The share and its interval in per cent."""
    if not isfinite(figure.share):
        return "-"
    return f"{100 * figure.share:.1f} ({100 * figure.low:.1f} to {100 * figure.high:.1f})"


def weights_digest(folder: Path) -> str:
    """SHA-256 of the weights of the checkpoint."""
    digest = sha256()
    for weights in sorted(folder.glob("*.safetensors")):
        digest.update(weights.read_bytes())
    return digest.hexdigest()
