"""Load: many plans at once against one proxy, every one judged by the oracle."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.client import Seen, ask
from tests.chaos.counters import counters
from tests.chaos.ledger import decisions, is_sound, records
from tests.chaos.oracle import Violation, shared, uncounted, violations
from tests.chaos.plan import Plan
from tests.chaos.proxy import Patience, Proxy, Setup, running
from tests.chaos.upstream import Upstream, upstream

SETTLE_SECONDS = 60.0
IDLE_SECONDS = 120.0  # by when a proxy has closed its spare connections to the upstream; on an idle machine in 30


@dataclass
class Findings:
    """What a run showed. `rows` is a line of raw data for each request."""

    requests: int = 0
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    freed: list[float] = field(default_factory=list)
    longest: float = 0.0
    rows: list[dict[str, Any]] = field(default_factory=list)

    def count(self, name: str) -> int:
        return sum(1 for each in self.violations if each.name == name)

    @property
    def names(self) -> Counter[str]:
        return Counter(each.name for each in self.violations)


async def storm(plans: Sequence[Plan], folder: Path, *, at_once: int, setup: Setup | None = None) -> Findings:
    """Run the plans against a proxy of their own."""
    async with upstream() as rig, running(folder, rig.url, setup) as proxy:
        began = time.monotonic()
        seen = await together(plans, rig, proxy, at_once=at_once)
        seconds = time.monotonic() - began
        await settle(rig)
        counted = await counters(proxy)
    found = examine(seen, rig, folder, (setup or Setup()).patience)
    found.seconds = seconds
    found.violations += uncounted(records(folder), counted)
    return found


async def together(plans: Iterable[Plan], rig: Upstream, proxy: Proxy, *, at_once: int) -> list[Seen]:
    """Ask all, in order, so many at a time; those that wait for a deadline make no load, and are not counted."""
    seen: list[Seen] = []
    waiting = iter(plans)

    async def one(plan: Plan) -> None:
        rig.expect(plan)
        seen.append(await ask(proxy.port, plan))

    async def worker() -> None:
        for plan in waiting:
            asking = group.create_task(one(plan))
            if not plan.waits:
                await asking

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(worker())
    return seen


async def settle(rig: Upstream) -> None:
    """Until nothing calls upstream any more, or it is clear that something never stops."""
    await until(lambda: not rig.open_calls, SETTLE_SECONDS)


async def idle(rig: Upstream) -> None:
    """Until a proxy has closed the connections that it spares for its next calls, or it is clear that it keeps one."""
    await until(lambda: not rig.connections, IDLE_SECONDS)


async def until(reached: Callable[[], bool], seconds: float) -> None:
    """Wait for something that sets no event, for so long at most."""
    ends = time.monotonic() + seconds
    while not reached() and time.monotonic() < ends:  # noqa: ASYNC110
        await asyncio.sleep(0.1)


def examine(seen: Sequence[Seen], rig: Upstream, folder: Path, patience: Patience) -> Findings:
    """Hold everything that was seen against the plans and the records."""
    rows = records(folder)
    decided = decisions(rows)
    outcomes = {row.id for row in rows if row.kind == "outcome"}
    found = Findings(requests=len(seen))
    for each in seen:
        record = decided.get(each.decision or "")
        mine = list(violations(each, rig.asked.get(each.plan.id, ()), record, patience))
        found.violations += mine
        found.statuses[each.status] += 1
        found.longest = max(found.longest, each.seconds)
        found.rows.append(_row(each, mine))
        if each.status == 200 and each.decision not in outcomes:
            found.violations.append(Violation("no outcome", f"{each.plan}"))
    found.violations += shared(seen)
    found.freed = list(_freed(seen, rig))
    found.violations += [Violation("freed late", f"{lag:.2f} s") for lag in found.freed if lag > patience.grace]
    if rig.strays:
        found.violations.append(Violation("strays upstream", f"{rig.strays}"))
    if rig.open_calls:
        found.violations.append(Violation("calls left open", f"{rig.open_calls}"))
    if not is_sound(folder):
        found.violations.append(Violation("corrupt database", str(folder)))
    return found


def _freed(seen: Sequence[Seen], rig: Upstream) -> Iterable[float]:
    """How long after its client the last call of a plan ended."""
    for each in seen:
        cut = rig.left_at.get(each.plan.id)
        if each.left_at is not None and cut is not None:
            yield max(0.0, cut - each.left_at)


def _row(seen: Seen, mine: Sequence[Violation]) -> dict[str, Any]:
    plan = {name: value for name, value in vars(seen.plan).items() if value not in (None, False, 0.0)}
    return {
        "plan": plan,
        "status": seen.status,
        "code": seen.code,
        "seconds": round(seen.seconds, 3),
        "bytes": len(seen.raw),
        "failed_open": seen.plan.fails_open,
        "violations": [each.name for each in mine],
    }
