"""The chaos run: `python -m tests.chaos.run --size small|sample|full` writes a report, its raw data beside it.

Each part leaves a file of its own, and the report is made from all that lie there: parts can be run one by one.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.parts.catalogue import PARTS
from tests.chaos.proxy import TREE
from tests.chaos.report import HERE, RAW, write
from tests.chaos.size import SEED, SIZES, Size
from tests.chaos.store import Stored, commit

logger = logging.getLogger("chaos")


async def run(names: Sequence[str], size: Size, folder: Path) -> None:
    """Run parts one after another; each is stored, and the report written anew, as soon as it is done."""
    for place, name in enumerate(names, 1):
        logger.info("[%d/%d] %s …", place, len(names), name)
        began = time.monotonic()
        sections = await PARTS[name](size)
        stored = Stored(name, size.name, SEED, commit(), round(time.monotonic() - began, 1), sections)
        stored.save(folder / RAW)
        write(folder, tuple(PARTS))
        logger.info("[%d/%d] %s: %s in %.0f s", place, len(names), name, _word(stored), stored.seconds)


def _word(stored: Stored) -> str:
    failing = [figure.line for section in stored.sections for figure in section.figures if not figure.holds]
    skipped = [section.skipped for section in stored.sections if section.skipped]
    return "; ".join(failing) or ", ".join(f"skipped ({why})" for why in skipped) or "holds"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small")
    parser.add_argument(
        "--only", nargs="*", choices=tuple(PARTS), default=(), help="these parts, beside those that lie there"
    )
    parser.add_argument("--into", type=Path, help="folder for report.md and raw/; for less than all, runs/chaos-SIZE")
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    logger.setLevel(logging.INFO)
    size = SIZES[given.size]
    folder = given.into or (HERE if size.full else TREE / "runs" / f"chaos-{size.name}")
    if not given.only:
        shutil.rmtree(folder / RAW, ignore_errors=True)
    asyncio.run(run(given.only or tuple(PARTS), size, folder))
    path, holds = write(folder, tuple(PARTS))
    logger.info("%s", path)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
