"""Starts and ends under load: nothing is answered before it is ready, and nothing is cut off by an orderly end."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import decided_ids, is_sound
from tests.chaos.plan import Plan, crossed
from tests.chaos.proxy import Proxy, Setup, answers, launch, ready
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

WHOLE = 100
CHAINS = 2  # folders, as for kills
AT_ONCE = 16
PER_TURN = 400  # plans; more than are asked before it ends
DRAIN = 25  # seconds that requests under way have


@dataclass(frozen=True)
class Turn:
    """One life of a proxy. Seconds until it was ready, and until it had ended."""

    early: int  # answers while /readyz still said no
    answered: int
    cut: int
    unrecorded: int
    started: float
    ended: float
    status: int
    sound: bool


async def restarts(size: Size) -> list[Section]:
    """G13 and G14."""
    each = size.of(WHOLE // CHAINS)
    setup = Setup(patience=size.patience, environment={"SITUGUARD_DRAIN_SECONDS": str(DRAIN * size.slack)})
    with TemporaryDirectory() as folder:
        chains = [_chain(each, SEED + place, Path(folder) / str(place), setup) for place in range(CHAINS)]
        turns = [turn for chain in await asyncio.gather(*chains) for turn in chain]
    rows = [asdict(turn) for turn in turns]
    cold = [
        Figure("cold starts", len(turns), each * CHAINS),
        Figure("answers before it was ready", sum(turn.early for turn in turns), 0),
        Figure("longest until it was ready, s", round(max(turn.started for turn in turns), 2)),
    ]
    orderly = [
        Figure("ends by SIGTERM under load", len(turns), each * CHAINS),
        Figure("answers", sum(turn.answered for turn in turns), least=len(turns)),
        Figure("answers that were cut off", sum(turn.cut for turn in turns), 0),
        Figure("answers without a decision on disk", sum(turn.unrecorded for turn in turns), 0),
        Figure("ends with another status than 0", sum(turn.status != 0 for turn in turns), 0),
        Figure("corrupt databases", sum(not turn.sound for turn in turns), 0),
        Figure("longest until it had ended, s", round(max(turn.ended for turn in turns), 2), most=DRAIN * size.slack),
    ]
    return [Section("G13 SIGTERM under load", orderly, rows), Section("G14 cold starts", cold)]


async def _chain(times: int, seed: int, folder: Path, setup: Setup) -> list[Turn]:
    dice = random.Random(seed)
    async with upstream() as rig:
        return [await _life(rig, folder, setup, seed * 1000 + turn, dice.uniform(0.05, 0.6)) for turn in range(times)]


async def _life(rig: Upstream, folder: Path, setup: Setup, seed: int, after: float) -> Turn:
    began = time.monotonic()
    proxy = await launch(folder, rig.url, setup)
    early = asyncio.create_task(_early(rig, proxy, seed))
    await ready(proxy)
    started = time.monotonic() - began
    seen: list[Seen] = []
    waiting = iter(list(crossed(PER_TURN, seed)))
    ending = asyncio.Event()

    async def worker() -> None:
        for plan in waiting:
            if ending.is_set():
                return
            rig.expect(plan)
            seen.append(await ask(proxy.port, plan))

    working = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    while not seen:  # noqa: ASYNC110 until the load is on
        await asyncio.sleep(0.01)
    await asyncio.sleep(after)
    began = time.monotonic()
    proxy.process.send_signal(signal.SIGTERM)
    status = await proxy.process.wait()
    ended = time.monotonic() - began
    ending.set()
    await asyncio.gather(*working)
    on_disk = decided_ids(folder)
    told = [each for each in seen if each.status == 200]
    unrecorded = sum(each.decision not in on_disk for each in told)
    cut = sum(not each.finished for each in told)
    return Turn(await early, len(told), cut, unrecorded, started, ended, status, is_sound(folder))


async def _early(rig: Upstream, proxy: Proxy, seed: int) -> int:
    """Ask from the first moment on; how many were answered before it said that it was ready."""
    early = 0
    for attempt in range(10_000):
        plan = Plan(f"{seed % 2**32:08x}{attempt:08x}")
        rig.expect(plan)
        answered = (await ask(proxy.port, plan)).status == 200
        if await asyncio.to_thread(answers, proxy.port, "/readyz"):
            return early
        early += answered
        await asyncio.sleep(0.02)
    return early
