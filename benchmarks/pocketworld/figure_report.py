"""Figures on a screen and in a file, errors included."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.pocketworld.figures import Figure

ERRORS_SHOWN = 3


def listed(figures: Sequence[Figure]) -> str:
    """One line a figure, and below it some of its errors."""
    lines: list[str] = []
    for figure in figures:
        lines.append(f"{figure.name:<66} {_percent(figure)}   n = {figure.count}")
        lines += [f"      {error}" for error in figure.errors[:ERRORS_SHOWN]]
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], seed: int) -> str:
    """The figures with seed and commit, all errors included."""
    told = {"seed": seed, "commit": commit(), "figures": [asdict(figure) for figure in figures]}
    return json.dumps(told, indent=1) + "\n"


def commit() -> str:
    """The commit of the working tree, or nothing outside of one."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)  # noqa: S607
    return done.stdout.strip()


def _percent(figure: Figure) -> str:
    return f"{100 * figure.share:5.1f} % ({100 * figure.low:.1f}-{100 * figure.high:.1f})"
