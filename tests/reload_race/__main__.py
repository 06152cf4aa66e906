"""Runs the race at full size, and prints what it found. Ends with status 1 where anything happened that must not."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from tests.reload_race.race import run

REQUESTS = 20_000
MEGABYTE = 1024**2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.reload_race")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        race = asyncio.run(run(Path(folder), wanted.requests))
    seconds = sorted(race.seconds)
    print(f"{race.requests} requests, {len(race.acknowledged)} changes acknowledged by both processes")  # noqa: T201
    if seconds:
        slowest = seconds[int(len(seconds) * 0.99)]
        print(f"a change took {statistics.median(seconds):.2f} s (median), {slowest:.2f} s (99 %)")  # noqa: T201
    for before, after in race.memory:
        print(f"memory: {before / MEGABYTE:.0f} MB after a quarter, {after / MEGABYTE:.0f} MB at the end")  # noqa: T201
    for fault in race.faults[:20]:
        print(fault)  # noqa: T201
    print(f"{len(race.faults)} faults")  # noqa: T201
    return bool(race.faults)


if __name__ == "__main__":
    sys.exit(main())
