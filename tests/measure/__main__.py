"""`make measure`: how much code there is, how finely it is cut, and how much of it one request passes through.

    python -m tests.measure                        this checkout
    python -m tests.measure --root ../before       another one
    python -m tests.measure --root ../before .     both, in columns
    python -m tests.measure --names                also the names behind the figures

Another checkout needs no environment of its own: its code runs under this Python, in a process of its own, with its
root as PYTHONPATH. So `git worktree add ../before COMMIT` is all it takes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.measure.code import Checkout

ROOT = Path(__file__).resolve().parents[2]
ENTERED = Path(__file__).with_name("entered.py")

Names = dict[str, list[str]]


def entered(root: Path) -> Names:
    """What a whole and a streamed request enter, as `FILE FUNCTION`."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    code = ENTERED.read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, stdout=-1, check=True)
    names: Names = json.loads(done.stdout.splitlines()[-1])
    return names


def columns(root: Path) -> tuple[dict[str, str], Names]:
    """The figures of a checkout, and the names behind them."""
    checkout, traced = Checkout.read(root), entered(root)
    figures = {f"a {kind} request enters: files / functions": _counts(names) for kind, names in traced.items()}
    names = {f"entered by a {kind} request": names for kind, names in traced.items()}
    return {**checkout.figures(), **figures}, {**checkout.names(), **names}


def _counts(names: Sequence[str]) -> str:
    return f"{len({name.split()[0] for name in names})} / {len(names)}"


def table(titles: Sequence[str], figures: Sequence[dict[str, str]]) -> Iterator[str]:
    """The lines of a Markdown table, one column a checkout."""
    yield "| | " + " | ".join(titles) + " |"
    yield "|---" * (len(titles) + 1) + "|"
    for name in figures[0]:
        yield f"| {name} | " + " | ".join(column[name] for column in figures) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, nargs="+", default=[ROOT], help="the checkouts to measure")
    parser.add_argument("--names", action="store_true", help="list the names behind the figures as well")
    given = parser.parse_args()
    measured = [columns(root.resolve()) for root in given.root]
    lines = list(table([root.resolve().name for root in given.root], [figures for figures, _ in measured]))
    if given.names:
        for root, (_, names) in zip(given.root, measured, strict=True):
            for title, each in names.items():
                lines += ["", f"{root}: {title} ({len(each)})", *(f"  {name}" for name in each)]
    print("\n".join(lines))  # noqa: T201


if __name__ == "__main__":
    main()
