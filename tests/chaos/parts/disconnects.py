"""Clients that leave, at twelve stages: their calls are freed, and nothing of them stays open."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.figures import Figure, Section
from tests.chaos.ledger import decided_ids
from tests.chaos.load import IDLE_SECONDS, examine, idle, settle, together, until
from tests.chaos.plan import crossed, leaving
from tests.chaos.proxy import Proxy, Setup, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

AT_ONCE = 24
REST_SECONDS = 2.0  # by when the connections of clients are closed that are there no more


async def disconnects(size: Size) -> list[Section]:
    """G7."""
    plans = list(leaving(size.of(1000, 12), SEED + 7))
    setup = Setup(patience=size.patience)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, setup) as proxy:
            await together(crossed(AT_ONCE, SEED), rig, proxy, at_once=AT_ONCE)
            await settle(rig)
            before = await _least_files(rig, proxy, 0, REST_SECONDS)
            seen = await together(plans, rig, proxy, at_once=AT_ONCE)
            await settle(rig)
            left_open = rig.open_calls
            await idle(rig)
            spare = rig.connections
            after = await _least_files(rig, proxy, before, IDLE_SECONDS)
        found = examine(seen, rig, Path(folder), setup.patience)
        recorded = len(decided_ids(Path(folder)))
    lags = sorted(found.freed)
    figures = [
        Figure("clients that left, at 12 stages", len(plans)),
        Figure("of these, calls that had to be freed", len(lags), least=1),
        Figure("longest to be freed, s", round(max(lags, default=0.0), 2), most=setup.patience.grace),
        Figure("calls left open upstream", left_open, 0),
        Figure("spare connections to the upstream left open", spare, 0),
        Figure("files left open", max(0, after - before), 0),
        Figure("requests that were begun without a record", max(0, len(rig.asked) - recorded), 0),
        *(Figure(name, count, 0) for name, count in found.names.items()),
    ]
    return [Section("G7 clients that leave", figures, found.rows)]


async def _least_files(rig: Upstream, proxy: Proxy, few: int, seconds: float) -> int:
    """The fewest files that it has open within a while, beside connections to the upstream; `few` are few enough."""
    counts: list[int] = []

    def are_few() -> bool:
        counts.append(proxy.files - rig.connections)
        return counts[-1] <= few

    await until(are_few, seconds)
    return min(counts)
