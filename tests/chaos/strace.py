"""Faults of a disk: system calls on some files fail for a running process, as long as strace is attached to it."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ATTACH_SECONDS = 60.0


class Refused(Exception):
    """strace is not here, or may not look into another process."""


@dataclass(frozen=True)
class DiskFault:
    """`calls` fail with `error` from the `after`th on."""

    calls: str
    error: str
    after: int = 1


@asynccontextmanager
async def failing(pid: int, files: Iterable[Path], fault: DiskFault) -> AsyncIterator[None]:
    """The fault, until left. Raises `Refused`."""
    if shutil.which("strace") is None:
        raise Refused("needs strace")
    paths = [word for file in files for word in ("-P", str(file))]
    inject = f"inject={fault.calls}:error={fault.error}:when={fault.after}+"
    process = await asyncio.create_subprocess_exec(
        "strace", "-f", "-qq", "-o", "/dev/null", *paths, "-e", f"trace={fault.calls}", "-e", inject, "-p", str(pid),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        await _attached(pid, process)
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _attached(pid: int, process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(ATTACH_SECONDS):
            while not _is_traced(pid):
                if process.returncode is not None:
                    break
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise Refused("needs ptrace: strace did not attach") from None
    if process.returncode is not None and process.stderr is not None:
        said = (await process.stderr.read()).decode(errors="replace").strip()
        raise Refused(f"needs ptrace: {said[-200:]}")


def _is_traced(pid: int) -> bool:
    """Whether each thread has a tracer."""
    statuses = [task / "status" for task in Path(f"/proc/{pid}/task").iterdir()]
    return all("TracerPid:\t0\n" not in status.read_text() for status in statuses)
