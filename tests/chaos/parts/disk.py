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

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import DATABASE, decided_ids, is_sound
from tests.chaos.load import together
from tests.chaos.plan import Plan, crossed
from tests.chaos.proxy import Proxy, Setup, answers, running, start
from tests.chaos.size import SEED, Size
from tests.chaos.strace import DiskFault, Refused, failing
from tests.chaos.upstream import Upstream, upstream

CALLS = range(1, 201)  # of which the first that fails is this one
REQUESTS = 8  # at a time under each fault, until one feels it
MOST_TIMES = 100
AT_ONCE = 4
BACK = 5.0  # seconds in which it must answer again once the disk does
GIVE_UP = 60.0
CHAINS = 2  # of proxies that stay lost side by side: starting one takes a core for two seconds

Breaking = Callable[[Proxy], AbstractAsyncContextManager[None]]
Fault = tuple[str, Breaking]


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
    """G5. A proxy that stays lost is started anew for each fault, so less than the whole takes a hundredth of them."""
    setup = Setup(patience=size.patience)
    try:
        with TemporaryDirectory() as folder:
            full = await _one_proxy(Path(folder), setup, [_full(call) for call in size.some(CALLS)])
        broken = await _side_by_side(setup, [_broken(call) for call in (CALLS if size.full else CALLS[:2])])
        skipped = ""
    except Refused as refused:
        full, broken, skipped = [], [], str(refused)
    with TemporaryDirectory() as folder:
        locked = await _one_proxy(Path(folder), setup, [("locked", _lock)] * size.of(10))
    sections = [
        Section("G5 disk full", _back(full, BACK * size.slack), _rows(full), skipped),
        Section("G5 I/O error", _lost(broken), _rows(broken), skipped),
        Section("G5 database locked by another", _back(locked, BACK * size.slack), _rows(locked)),
    ]
    return [section if not section.skipped else Section(section.title, skipped=skipped) for section in sections]


def _full(after: int) -> Fault:
    return f"full, call {after}", lambda proxy: _failing(proxy, DiskFault("pwrite64", "ENOSPC", after))


def _broken(after: int) -> Fault:
    call = ("pwrite64", "fdatasync")[after % 2]
    return f"{call}, call {after}", lambda proxy: _failing(proxy, DiskFault(call, "EIO", after))


def _failing(proxy: Proxy, fault: DiskFault) -> AbstractAsyncContextManager[None]:
    files = [proxy.folder / f"{DATABASE}{end}" for end in ("", "-wal")]
    return failing(proxy.process.pid, files, fault)


@asynccontextmanager
async def _lock(proxy: Proxy) -> AsyncIterator[None]:
    with closing(sqlite3.connect(proxy.folder / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def _one_proxy(folder: Path, setup: Setup, faults: Sequence[Fault]) -> list[Trial]:
    """All faults, one after another, on a proxy that must come back from each."""
    async with upstream() as rig, running(folder, rig.url, setup) as proxy:
        await _answers_again(rig, proxy, 0)
        return [await _trial(rig, proxy, turn, *fault) for turn, fault in enumerate(faults, 1)]


async def _side_by_side(setup: Setup, faults: Sequence[Fault]) -> list[Trial]:
    places = asyncio.Semaphore(CHAINS)

    async def one(fault: Fault) -> Trial:
        async with places:
            with TemporaryDirectory() as folder:
                return await _one_that_stays_lost(Path(folder), setup, fault)

    return await asyncio.gather(*map(one, faults))


async def _one_that_stays_lost(folder: Path, setup: Setup, fault: Fault) -> Trial:
    """After a failed write nobody knows what is on disk: it stays closed until a new process looks."""
    async with upstream() as rig:
        proxy = await start(folder, rig.url, setup)
        await _answers_again(rig, proxy, 0)
        trial = await _trial(rig, proxy, 1, *fault, waits=False)
        stays = not await asyncio.to_thread(answers, proxy.port, "/readyz")
        await proxy.stop()
        async with running(folder, rig.url, setup) as again:
            back = await _answers_again(rig, again, 2)
    return Trial(trial.fault, trial.answered, trial.refused, trial.unrecorded, trial.sound and stays, back)


async def _trial(rig: Upstream, proxy: Proxy, turn: int, name: str, breaking: Breaking, *, waits: bool = True) -> Trial:
    seen: list[Seen] = []
    async with breaking(proxy):
        for again in range(MOST_TIMES):
            seen += await together(crossed(REQUESTS, SEED + MOST_TIMES * turn + again), rig, proxy, at_once=AT_ONCE)
            if any(_is_refused(each) for each in seen):
                break
    back = await _answers_again(rig, proxy, turn) if waits else None
    on_disk = decided_ids(proxy.folder)
    told = [each for each in seen if each.status == 200]
    refused = sum(_is_refused(each) for each in seen)
    unrecorded = sum(each.decision not in on_disk for each in told)
    return Trial(name, len(told), refused, unrecorded, is_sound(proxy.folder), back)


def _is_refused(seen: Seen) -> bool:
    return seen.code == "records_unavailable"


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


def _back(trials: Sequence[Trial], within: float) -> list[Figure]:
    longest = max((trial.back if trial.back is not None else GIVE_UP for trial in trials), default=0.0)
    return [
        *_common(trials),
        Figure("corrupt databases", sum(not trial.sound for trial in trials), 0),
        Figure("longest until it answered again, s", round(longest, 2), most=within),
    ]


def _lost(trials: Sequence[Trial]) -> list[Figure]:
    return [
        *_common(trials),
        Figure("stayed closed, whole database", sum(trial.sound for trial in trials), len(trials)),
        Figure("answered after a restart", sum(trial.back is not None for trial in trials), len(trials)),
    ]


def _rows(trials: Sequence[Trial]) -> list[dict[str, object]]:
    return [asdict(trial) for trial in trials]
