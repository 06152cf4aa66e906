"""Figures on a screen and in a file, errors included. Both begin with what they are no evidence of."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from math import isfinite
from pathlib import Path

from rich.table import Table

from benchmarks.pocketworld.evaluation.benchmark import CAVEAT
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.requirements import required_rows

ERRORS_SHOWN = 3


@dataclass(frozen=True)
class FigureReport:
    """The figures of a checkpoint, and the seed that they were measured with."""

    folder: Path
    seed: int
    figures: Sequence[Figure]

    def required(self) -> Table:
        """What must be reached beside what was."""
        table = Table("figure", title="Pocket World, held-out cases (95 % intervals)")
        for column in ("must reach", "reached", "n", ""):
            table.add_column(column, justify="right")
        for row in required_rows(self.figures):
            least = f"{100 * row.least:g} %"
            table.add_row(row.figure.name, least, percent(row.figure), str(row.figure.count), _word(met=row.met))
        return table

    def lines(self) -> Iterator[str]:
        """One line a figure, and below it some of its errors."""
        for figure in self.figures:
            yield f"{figure.name:<66} {percent(figure)}   n = {figure.count}"
            yield from (f"      {error}" for error in figure.errors[:ERRORS_SHOWN])

    def as_json(self) -> str:
        """Everything, all errors included."""
        told = {
            "caveat": CAVEAT,
            "seed": self.seed,
            "commit": commit(),
            "weights_sha256": weights_digest(self.folder),
            "required": [
                {"figure": row.figure.name, "least": row.least, "share": row.figure.share, "met": row.met}
                for row in required_rows(self.figures)
            ],
            "figures": [asdict(figure) for figure in self.figures],
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def percent(figure: Figure) -> str:
    """A share and its interval in per cent."""
    if not isfinite(figure.share):
        return "-"
    return f"{100 * figure.share:.1f} ({100 * figure.low:.1f} to {100 * figure.high:.1f})"


def commit() -> str:
    """The commit of the working tree, or nothing outside of one."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def weights_digest(folder: Path) -> str:
    """SHA-256 over the checkpoint's weights."""
    told = sha256()
    for weights in sorted(folder.glob("*.safetensors")):
        told.update(weights.read_bytes())
    return told.hexdigest()


def _word(*, met: bool) -> str:
    return "met" if met else "not met"
