"""Clients that leave, at twelve stages: their calls are freed, and nothing of them stays open."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import decided_ids
from tests.chaos.load import FREED, examine, settle, together
from tests.chaos.plan import crossed, leaving
from tests.chaos.proxy import Proxy, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import upstream

AT_ONCE = 24
IDLE_SECONDS = 25.0  # after which the proxy has closed its spare connections to the upstream


async def disconnects(size: Size) -> list[Section]:
    """G7."""
    plans = list(leaving(size.of(1000, 12), SEED + 7))
    patience = IDLE_SECONDS if size.full else 0.0
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url) as proxy:
            await together(crossed(AT_ONCE, SEED), rig, proxy, at_once=AT_ONCE)
            before = await _least_files(proxy, 0, patience)
            seen = await together(plans, rig, proxy, at_once=AT_ONCE)
            await settle(rig)
            left_open = rig.open_calls
            after = await _least_files(proxy, before, IDLE_SECONDS)
        found = examine(seen, rig, Path(folder))
        recorded = len(decided_ids(Path(folder)))
    lags = sorted(found.freed)
    figures = [
        Figure("clients that left, at 12 stages", len(plans)),
        Figure("of these, calls that had to be freed", len(lags), least=1),
        Figure("longest to be freed, s", round(max(lags, default=0.0), 2), most=FREED),
        Figure("calls left open upstream", left_open, 0),
        Figure("files left open", max(0, after - before), 0),
        Figure("requests that were begun without a record", max(0, len(rig.asked) - recorded), 0),
        *(Figure(name, count, 0) for name, count in found.names.items()),
    ]
    return [Section("G7 clients that leave", figures, found.rows)]


async def _least_files(proxy: Proxy, few: int, seconds: float) -> int:
    """The fewest files that it has open within a while; so few are few enough."""
    ends, least = time.monotonic() + seconds, proxy.files
    while least > few and time.monotonic() < ends:
        await asyncio.sleep(0.5)
        least = min(least, proxy.files)
    return least
