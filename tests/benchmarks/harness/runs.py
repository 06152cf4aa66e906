"""Runs of the command line against a scripted server, in a process of their own, as a person starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
COMMAND = (sys.executable, "-c", "from benchmarks.cli.main import app; app()")
SECONDS = 240


def environment(folder: Path) -> dict[str, str]:
    """The process's own cache and home, so that no other run's replies are met."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSPECT_")}
    return {**kept, "INSPECT_CACHE_DIR": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "home"), "COLUMNS": "160"}


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`situguard-bench` with these arguments, to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=REPOSITORY,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """The same, not waited for, in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=REPOSITORY,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
