"""An hour of mixed load at seven tenths of capacity: memory and files stay as they are, and nothing fails by itself."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.load import settle, together
from tests.chaos.oracle import leaks
from tests.chaos.plan import Plan, crossed, mixed
from tests.chaos.proxy import Proxy, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

WHOLE_SECONDS = 3600
LOAD = 0.7  # of capacity
AT_ONCE = 24
TO_MEASURE = 600  # requests by which capacity is measured
WARM_UP = 1 / 6  # of the time, after which memory counts
SAMPLES = 60
MOST_GROWTH = 1.0  # megabytes an hour
LEAST_HOURS = 0.5  # a shorter run tells nothing about growth by the hour


async def soak(size: Size) -> list[Section]:
    """G10."""
    seconds = size.of(WHOLE_SECONDS, 20)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url) as proxy:
            rate = LOAD * await _capacity(rig, proxy)
            plans = itertools.chain.from_iterable(mixed(1000, SEED + turn, "closed") for turn in itertools.count())
            tally: Counter[str] = Counter()
            samples: list[tuple[float, float]] = []
            files = 0
            began = time.monotonic()
            for turn in range(SAMPLES):
                for each in await _paced(plans, rate, seconds / SAMPLES, rig, proxy):
                    tally.update(_told(each))
                await settle(rig)
                rig.forget()
                if turn + 1 == round(SAMPLES * WARM_UP):
                    files = proxy.files
                samples.append((time.monotonic() - began, proxy.megabytes))
            left = max(0, proxy.files - files)
    warm = samples[round(SAMPLES * WARM_UP) :]
    slope = linear_regression([at for at, _ in warm], [megabytes for _, megabytes in warm]).slope * 3600
    figures = [
        Figure("minutes", round(seconds / 60, 1)),
        Figure("requests", tally["requests"]),
        Figure("requests a second, of the capacity", LOAD),
        Figure("growth of memory after the warm-up, MB an hour", round(slope, 2), most=_most_growth(seconds)),
        Figure("files more than after the warm-up", left, 0),
        *(Figure(name, tally[name], 0) for name in ("leaks", "faults of our own", "turned away", "hung")),
    ]
    rows = [{"second": round(at), "megabytes": round(megabytes, 1)} for at, megabytes in samples]
    return [Section("G10 soak", figures, rows)]


def _most_growth(seconds: float) -> float | None:
    return MOST_GROWTH if seconds >= LEAST_HOURS * 3600 else None


def _told(seen: Seen) -> Iterator[str]:
    """What a request counts as."""
    plan = seen.plan
    yield "requests"
    if any(leaks(seen)):
        yield "leaks"
    if seen.hung:
        yield "hung"
    if seen.code == "overloaded":
        yield "turned away"
    healthy = plan.agent_fault is None and plan.upstream_fault is None and plan.leaves_after is None
    if seen.status == 500 or (healthy and seen.status != 200):
        yield "faults of our own"


async def _capacity(rig: Upstream, proxy: Proxy) -> float:
    await together(crossed(AT_ONCE, SEED), rig, proxy, at_once=AT_ONCE)
    began = time.monotonic()
    seen = await together(mixed(TO_MEASURE, SEED, "closed"), rig, proxy, at_once=AT_ONCE)
    return len(seen) / (time.monotonic() - began)


async def _paced(plans: Iterator[Plan], rate: float, seconds: float, rig: Upstream, proxy: Proxy) -> list[Seen]:
    """So many a second, evenly, whether or not those before were answered."""
    began = time.monotonic()

    async def at(moment: float, plan: Plan) -> Seen:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
        rig.expect(plan)
        return await ask(proxy.port, plan)

    due = [at(began + turn / rate, plan) for turn, plan in zip(range(max(1, int(rate * seconds))), plans, strict=False)]
    return await asyncio.gather(*due)
