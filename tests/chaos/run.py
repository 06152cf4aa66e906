"""The chaos run: `python -m tests.chaos.run --size small|sample|full` writes a report, its raw data beside it.

Each part leaves a file of its own, and the report is made from all that lie there: parts can be run one by one. A part
is run in a process that does nothing else meanwhile, so that one does not make another's clock go wrong. The whole runs
one part after another, since its times count.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.chaos.figures import Figure, Section
from tests.chaos.parts.catalogue import ALL, PARTS, Part
from tests.chaos.proxy import TREE
from tests.chaos.report import HERE, RAW, write
from tests.chaos.size import SEED, SIZES, Size
from tests.chaos.store import Stored, commit, file_of, load

logger = logging.getLogger("chaos")


def run(names: Sequence[str], size: Size, folder: Path) -> None:
    """Run parts; each is stored, and the report written anew, as soon as it is done."""
    with ProcessPoolExecutor(size.lanes, initializer=speak) as pool:
        for played in as_completed([pool.submit(play, name, size, folder) for name in names]):
            played.result()
            write(folder, tuple(ALL))


def missing(names: Sequence[str], size: Size, folder: Path) -> list[str]:
    """The parts that do not lie there as this commit and size would leave them, holding."""
    now = commit()
    there = {each.part for each in load(folder / RAW) if (each.commit, each.size) == (now, size.name) and each.holds}
    return [name for name in names if name not in there]


def play(name: str, size: Size, folder: Path) -> None:
    """Run one part, and store what it found."""
    logger.info("%s …", name)
    began = time.monotonic()
    sections = outcome(ALL[name], size)
    stored = Stored(name, size.name, SEED, commit(), round(time.monotonic() - began, 1), sections)
    stored.save(folder / RAW)
    logger.info("%s: %s in %.0f s", name, _word(stored), stored.seconds)


def outcome(part: Part, size: Size) -> list[Section]:
    """What a part found; where it breaks off, that is a figure too, and the other parts go on."""
    try:
        return asyncio.run(part(size))
    except Exception as error:
        logger.exception("broken off")
        told = Figure("error", f"{type(error).__name__}: {error}"[:300])
        return [Section("Broken off", [Figure("ran to its end", value=False, must=True), told])]


def speak() -> None:
    """Say what goes on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)


def _word(stored: Stored) -> str:
    failing = [figure.line for section in stored.sections for figure in section.figures if not figure.holds]
    skipped = [section.skipped for section in stored.sections if section.skipped]
    return "; ".join(failing) or ", ".join(f"skipped ({why})" for why in skipped) or "holds"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument(
        "--only", nargs="*", choices=tuple(ALL), default=(), help="these parts, beside those that lie there"
    )
    parser.add_argument(
        "--resume", action="store_true", help="only what does not lie there already, of this size and commit, and holds"
    )
    parser.add_argument("--into", type=Path, help="folder for report.md and raw/; for less than all, runs/chaos-SIZE")
    given = parser.parse_args()
    speak()
    size = SIZES[given.size]
    folder = given.into or (HERE if size.full else TREE / "runs" / f"chaos-{size.name}")
    names = given.only or tuple(PARTS)
    if given.resume:
        names = missing(names, size, folder)
    elif not given.only:
        for name in names:
            (folder / RAW / file_of(name)).unlink(missing_ok=True)
    began = time.monotonic()
    run(names, size, folder)
    path, holds = write(folder, tuple(ALL))
    logger.info("%s after %.0f s", path, time.monotonic() - began)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
