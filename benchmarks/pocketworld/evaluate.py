"""Measures the embedded model on held-out cases: `python -m benchmarks.pocketworld.evaluate [FOLDER]`.

The product's own agents ask; replies are not constrained, so that one that does not parse is seen. Every number comes
with how many cases it stands on, and some of its errors are printed.
"""

import argparse
import asyncio
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.pocketworld.batched import BatchedModel
from benchmarks.pocketworld.examiner import Examiner
from benchmarks.pocketworld.figures import Figure
from benchmarks.pocketworld.train import COMMITTED

SEED = 7
ERRORS_SHOWN = 3


async def measure(folder: Path, seed: int, pairs: int) -> list[Figure]:
    """All figures of a checkpoint."""
    return await Examiner(BatchedModel(folder), seed).figures(pairs)


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, and below it some of its errors."""
    lines: list[str] = []
    for figure in figures:
        lines.append(f"{figure.name:<62} {100 * figure.share:6.1f} %   n = {figure.count}")
        lines += [f"      {error}" for error in figure.errors[:ERRORS_SHOWN]]
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], seed: int) -> str:
    """The figures with seed and commit, all errors included."""
    rows = [
        {"name": figure.name, "share": figure.share, "n": figure.count, "errors": list(figure.errors)}
        for figure in figures
    ]
    return json.dumps({"seed": seed, "commit": commit(), "figures": rows}, indent=1) + "\n"


def commit() -> str:
    """The commit of the working tree, or nothing outside of one."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=COMMITTED)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--pairs", type=int, default=200, help="pairs of the measurement from end to end")
    parser.add_argument("--json", type=Path, help="where the figures go as JSON")
    chosen = parser.parse_args(arguments)
    figures = asyncio.run(measure(chosen.folder, chosen.seed, chosen.pairs))
    print(table(figures))  # noqa: T201 - the command's output
    if chosen.json:
        chosen.json.write_text(as_json(figures, chosen.seed), encoding="utf-8")


if __name__ == "__main__":
    main()
