"""Programs under measurement: started on a core of their own, with the CPU time and memory of all their processes."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from benchmarks.errors import BenchmarkError

START_SECONDS = 180
STOP_SECONDS = 20
LAST_LINES = 12  # of a log, where a program did not start
MEGABYTE = 1024**2
PAGE = os.sysconf("SC_PAGE_SIZE")


class NotStarted(BenchmarkError):
    """The program ended or did not answer in time; its last lines are in the message."""


@dataclass(frozen=True)
class Program:
    """What to start. `ready` is the URL that answers with status 200 once it serves."""

    command: Sequence[str]
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()


@dataclass(frozen=True)
class Running:
    """A program that serves."""

    pid: int

    @property
    def cpu_seconds(self) -> float:
        """CPU time so far of the process and of those that it started, in the scheduler's own account."""
        return sum(cpu_seconds(pid) + ended_children_seconds(pid) for pid in tree(self.pid))

    @property
    def megabytes(self) -> float:
        """Resident memory of the process itself."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE / MEGABYTE


@asynccontextmanager
async def running(program: Program, core: int | None = None) -> AsyncIterator[Running]:
    """Start a program, on that core alone, and wait until it serves; raises `NotStarted`. It ends with the block."""
    log = program.folder / "log.txt"
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=program.folder,
            env={**os.environ, **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})  # what it starts later inherits it
    try:
        await _ready(process, program.ready, log)
        yield Running(process.pid)
    finally:
        await _stop(process)


def cpu_seconds(pid: int) -> float:
    """CPU time of one process so far, all threads, in nanosecond steps: Linux numbers each process's clock so."""
    with suppress(OSError):
        return time.clock_gettime((~pid << 3) | 2)
    return 0.0


def ended_children_seconds(pid: int) -> float:
    """CPU time of the children of a process that have ended, in ticks (proc(5): `cutime` and `cstime`)."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))


def two_cores() -> tuple[int | None, int | None]:
    """A core for the server, and one for client and model; None where this process may use only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[1]) if len(allowed) > 1 else (None, None)


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Keep this process, and what it starts meanwhile, on one core; None leaves it where it is."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, before if core is None else {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def _ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.returncode is None:
        if await asyncio.to_thread(_answers, url):
            return
        await asyncio.sleep(0.2)
    raise NotStarted(f"it did not serve; its last lines:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])


def _answers(url: str) -> bool:
    with suppress(OSError), urlopen(url, timeout=2) as reply:  # noqa: S310 - loopback, http
        return bool(reply.status == 200)
    return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    """End the process in order, and then what is left of those that it started."""
    with suppress(ProcessLookupError):
        process.terminate()
    with suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
