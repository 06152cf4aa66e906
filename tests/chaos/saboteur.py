"""Carries out a sabotage in a copy of the tree, sees that the application still starts, and runs the tests it names."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.proxy import TREE, NotStarted, Setup, running
from tests.chaos.sabotages import NO_OP, Sabotage

PACKAGES = ("agents", "guard", "service", "benchmarks", "examples", "tests")
FILES = ("pyproject.toml",)
NOWHERE = "http://127.0.0.1:9/v1"  # starting needs no model
TEST_SECONDS = 1200.0
# How pytest says that an assertion failed, and not a fixture, an import or the test itself.
ASSERTED = re.compile(r"^E[\s|+]+(AssertionError|assert |Failed: DID NOT RAISE)|: AssertionError$", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """What became of a sabotage. It counts as caught only where all three hold."""

    sabotage: Sabotage
    applies: bool = False
    starts: bool = False
    noticed: bool = False
    note: str = ""

    @property
    def caught(self) -> bool:
        return self.applies and self.starts and self.noticed


@contextmanager
def tampered(sabotage: Sabotage) -> Iterator[Path | None]:
    """A copy of the tree with the sabotage in it; None where it does not apply."""
    with tempfile.TemporaryDirectory(prefix="sabotage") as folder:
        copy = Path(folder)
        for package in PACKAGES:
            # Links, not copies: weights are large. A tampered file is written anew, so the original stays.
            shutil.copytree(
                TREE / package, copy / package, copy_function=_link, ignore=shutil.ignore_patterns(*LEFT_OUT)
            )
        for file in FILES:
            shutil.copy(TREE / file, copy / file)
        yield copy if _tamper(copy / sabotage.file, sabotage) else None


LEFT_OUT = ("__pycache__", "node_modules", "*.pyc", "raw.jsonl.gz")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy(source, target)


def _tamper(file: Path, sabotage: Sabotage) -> bool:
    text = file.read_text()
    if text.count(sabotage.old) != 1 and sabotage is not NO_OP:
        return False
    file.unlink()
    file.write_text(text.replace(sabotage.old, sabotage.new))
    return True


async def carry_out(sabotage: Sabotage) -> Result:
    """Do it, and see whether anyone notices."""
    with tampered(sabotage) as copy:
        if copy is None:
            return Result(sabotage, note="the patch does not apply")
        if not await _starts(copy):
            return Result(sabotage, applies=True, note="the application does not start")
        status, said = await run_tests(copy, sabotage.tests)
        noticed = status == 1 and ASSERTED.search(said) is not None
        return Result(sabotage, applies=True, starts=True, noticed=noticed, note=_last_line(said))


async def unsabotaged(tests: Collection[str]) -> Result:
    """The patch that changes nothing: these tests pass, and the application starts."""
    with tampered(NO_OP) as copy:
        if copy is None or not await _starts(copy):
            return Result(NO_OP, note="the application does not start")
        status, said = await run_tests(copy, sorted(tests))
        return Result(NO_OP, applies=True, starts=True, noticed=status != 0, note=_last_line(said))


async def _starts(copy: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            async with running(Path(folder), NOWHERE, Setup(copy)):
                return True
        except NotStarted:
            return False


async def run_tests(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """pytest's status and its words. A test that is not there has a status of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "--maxfail=3", "-p", "no:cacheprovider", *tests]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, stdout=-1, stderr=-2
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), TEST_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return 124, "the tests did not end"
    return process.returncode or 0, said.decode(errors="replace")


def _last_line(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line]
    return lines[-1][:160] if lines else ""
