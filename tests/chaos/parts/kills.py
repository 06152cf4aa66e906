"""kill -9 under load, again and again over one folder: no answer without its record, and a database that is whole."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import decided_ids, is_sound
from tests.chaos.plan import Plan, crossed
from tests.chaos.proxy import Setup, start
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

WHOLE = 300
CHAINS = 2  # folders over which proxies are killed side by side: starting one takes a core for two seconds
AT_ONCE = 16
PER_KILL = 400  # plans; more than a proxy gets through before it is killed


@dataclass
class Kills:
    """What a run of kills showed. `unrecorded` are answers whose decision is not on disk."""

    kills: int = 0
    answered: int = 0
    unrecorded: list[str] = field(default_factory=list)
    corrupt: int = 0
    rows: list[dict[str, float]] = field(default_factory=list)

    def add(self, other: Kills) -> None:
        """Take in what another run showed."""
        self.kills += other.kills
        self.answered += other.answered
        self.unrecorded += other.unrecorded
        self.corrupt += other.corrupt
        self.rows += other.rows


async def kills(size: Size) -> list[Section]:
    """G4."""
    turns = [size.of(WHOLE // CHAINS)] * CHAINS
    with TemporaryDirectory() as folder:
        found = Kills()
        chains = (
            kill_again_and_again(times, SEED + place, Path(folder) / str(place), Setup(patience=size.patience))
            for place, times in enumerate(turns)
        )
        for each in await asyncio.gather(*chains):
            found.add(each)
    figures = [
        Figure("kills", found.kills, sum(turns)),
        Figure("answers before the kills", found.answered, least=found.kills),
        Figure("answers without a decision on disk", len(found.unrecorded), 0),
        Figure("corrupt databases", found.corrupt, 0),
    ]
    return [Section("G4 kill -9 under load", figures, found.rows)]


async def kill_again_and_again(times: int, seed: int, folder: Path, setup: Setup) -> Kills:
    """Each time: start, load, kill at a random moment, look."""
    dice = random.Random(seed)
    found = Kills()
    async with upstream() as rig:
        for turn in range(times):
            after = dice.uniform(0.05, 1.0)
            seen = await _killed(list(crossed(PER_KILL, seed * 1000 + turn)), rig, folder, setup, after)
            on_disk = decided_ids(folder)
            told = [each.decision for each in seen if each.status == 200 and each.decision]
            found.kills += 1
            found.answered += len(told)
            found.unrecorded += [decision for decision in told if decision not in on_disk]
            found.corrupt += not is_sound(folder)
            found.rows.append({"turn": turn, "after": round(after, 3), "asked": len(seen), "answered": len(told)})
    return found


async def _killed(plans: Sequence[Plan], rig: Upstream, folder: Path, setup: Setup, after: float) -> list[Seen]:
    proxy = await start(folder, rig.url, setup)
    seen: list[Seen] = []
    waiting = iter(plans)

    async def worker() -> None:
        for plan in waiting:
            if proxy.process.returncode is not None:
                return
            rig.expect(plan)
            seen.append(await ask(proxy.port, plan))

    working = [asyncio.create_task(worker()) for _ in range(AT_ONCE)]
    while not seen:  # noqa: ASYNC110 until the load is on
        await asyncio.sleep(0.01)
    await asyncio.sleep(after)
    proxy.kill()
    await proxy.process.wait()
    await asyncio.gather(*working)
    return seen
