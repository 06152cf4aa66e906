"""A disk that is full, that fails, and a database that is locked: nothing is released without its record on disk."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.client import ask
from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import DATABASE, decided_ids, is_sound
from tests.chaos.load import together
from tests.chaos.plan import Plan, crossed
from tests.chaos.proxy import Proxy, answers, running, start
from tests.chaos.size import SEED, Size
from tests.chaos.strace import DiskFault, Refused, failing
from tests.chaos.upstream import Upstream, upstream

REQUESTS = 8  # under each fault
AT_ONCE = 4
BACK = 5.0  # seconds in which it must answer again once the disk does
GIVE_UP = 20.0

Breaking = Callable[[Proxy], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Trial:
    """One fault. `back` is None where it did not answer again."""

    fault: str
    answered: int
    refused: int
    unrecorded: int
    sound: bool
    back: float | None


async def disk(size: Size) -> list[Section]:
    """G5."""
    try:
        with TemporaryDirectory() as folder:
            full = await _one_proxy(Path(folder), [_full(after) for after in range(1, size.of(40) + 1)])
        with TemporaryDirectory() as folder:
            broken = [await _one_that_stays_lost(Path(folder), _broken(turn)) for turn in range(size.of(12))]
        skipped = ""
    except Refused as refused:
        full, broken, skipped = [], [], str(refused)
    with TemporaryDirectory() as folder:
        locked = await _one_proxy(Path(folder), [("locked", _lock)] * size.of(10))
    sections = [
        Section("G5 disk full", _back(full), _rows(full), skipped),
        Section("G5 I/O error", _lost(broken), _rows(broken), skipped),
        Section("G5 database locked by another", _back(locked), _rows(locked)),
    ]
    return [section if not section.skipped else Section(section.title, skipped=skipped) for section in sections]


def _full(after: int) -> tuple[str, Breaking]:
    return f"full, call {after}", lambda proxy: _failing(proxy, DiskFault("pwrite64", "ENOSPC", after))


def _broken(turn: int) -> tuple[str, Breaking]:
    call = ("fdatasync", "pwrite64")[turn % 2]
    return f"{call}, call {turn // 2 + 1}", lambda proxy: _failing(proxy, DiskFault(call, "EIO", turn // 2 + 1))


def _failing(proxy: Proxy, fault: DiskFault) -> AbstractAsyncContextManager[None]:
    files = [proxy.folder / f"{DATABASE}{end}" for end in ("", "-wal")]
    return failing(proxy.process.pid, files, fault)


@asynccontextmanager
async def _lock(proxy: Proxy) -> AsyncIterator[None]:
    with closing(sqlite3.connect(proxy.folder / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def _one_proxy(folder: Path, faults: Sequence[tuple[str, Breaking]]) -> list[Trial]:
    """All faults, one after another, on a proxy that must come back from each."""
    async with upstream() as rig, running(folder, rig.url) as proxy:
        await _answers_again(rig, proxy, 0)
        return [await _trial(rig, proxy, turn, *fault) for turn, fault in enumerate(faults, 1)]


async def _one_that_stays_lost(folder: Path, fault: tuple[str, Breaking]) -> Trial:
    """After a failed write nobody knows what is on disk: it stays closed until a new process looks."""
    async with upstream() as rig:
        proxy = await start(folder, rig.url)
        await _answers_again(rig, proxy, 0)
        trial = await _trial(rig, proxy, 1, *fault, waits=False)
        stays = not await asyncio.to_thread(answers, proxy.port, "/readyz")
        await proxy.stop()
        async with running(folder, rig.url) as again:
            back = await _answers_again(rig, again, 2)
    return Trial(trial.fault, trial.answered, trial.refused, trial.unrecorded, trial.sound and stays, back)


async def _trial(rig: Upstream, proxy: Proxy, turn: int, name: str, breaking: Breaking, *, waits: bool = True) -> Trial:
    async with breaking(proxy):
        seen = await together(crossed(REQUESTS, SEED + turn), rig, proxy, at_once=AT_ONCE)
    back = await _answers_again(rig, proxy, turn) if waits else None
    on_disk = decided_ids(proxy.folder)
    told = [each for each in seen if each.status == 200]
    refused = sum(each.code == "records_unavailable" for each in seen)
    unrecorded = sum(each.decision not in on_disk for each in told)
    return Trial(name, len(told), refused, unrecorded, is_sound(proxy.folder), back)


async def _answers_again(rig: Upstream, proxy: Proxy, turn: int) -> float | None:
    """Seconds until a request is answered."""
    began = time.monotonic()
    for attempt in range(1000):
        plan = Plan(f"{turn:08x}{attempt:08x}")
        rig.expect(plan)
        if (await ask(proxy.port, plan)).status == 200:
            return time.monotonic() - began
        if time.monotonic() - began > GIVE_UP:
            break
        await asyncio.sleep(0.05)
    return None


def _common(trials: Sequence[Trial]) -> list[Figure]:
    return [
        Figure("faults", len(trials), least=1),
        Figure("of these, felt by a request", sum(trial.refused > 0 for trial in trials), len(trials)),
        Figure("requests answered under a fault", sum(trial.answered for trial in trials)),
        Figure("requests refused under a fault", sum(trial.refused for trial in trials)),
        Figure("releases without a record on disk", sum(trial.unrecorded for trial in trials), 0),
    ]


def _back(trials: Sequence[Trial]) -> list[Figure]:
    longest = max((trial.back if trial.back is not None else GIVE_UP for trial in trials), default=0.0)
    return [
        *_common(trials),
        Figure("corrupt databases", sum(not trial.sound for trial in trials), 0),
        Figure("longest until it answered again, s", round(longest, 2), most=BACK),
    ]


def _lost(trials: Sequence[Trial]) -> list[Figure]:
    return [
        *_common(trials),
        Figure("stayed closed, whole database", sum(trial.sound for trial in trials), len(trials)),
        Figure("answered after a restart", sum(trial.back is not None for trial in trials), len(trials)),
    ]


def _rows(trials: Sequence[Trial]) -> list[dict[str, object]]:
    return [asdict(trial) for trial in trials]
