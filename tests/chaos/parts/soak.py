"""An hour of mixed load at seven tenths of capacity: memory and files stay as they are, and nothing fails by itself.

Before it, what the service remembers of pictures is filled: 64 MB, which would take hours by themselves and look like
growth, and its table is brought to its full size. The findings about a thousand pictures, and SQLite's pages, are
filled by that and by the warm-up.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from agents.decoding import CACHED_BYTES, ENTRY_BYTES
from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.load import idle, settle, together
from tests.chaos.memory import Sample, floors, growth, watched, windows
from tests.chaos.oracle import leaks
from tests.chaos.picture import picture_url
from tests.chaos.plan import Plan, crossed, mixed, new_id
from tests.chaos.proxy import Proxy, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

WHOLE_SECONDS = 3600
LOAD = 0.7  # of capacity
AT_ONCE = 24
TO_MEASURE = 600  # requests by which capacity is measured
WARM_UP = 1 / 6  # of the time, after which memory counts
TURNS = 60
DECODER_FILES = 2  # that a decoder's process takes in the worker: what goes to it, and what comes back
FLOORS = 12  # windows, five minutes each of an hour
ALBUM = 16  # pictures in one request, as many as a deployment lets in
# They fill what is remembered of pictures, and half as much again: when so many have come, its table grows by 3.5 MB,
# once.
ALBUMS = CACHED_BYTES // ENTRY_BYTES // ALBUM * 3 // 2
MOST_GROWTH = 1.0  # megabytes an hour
LEAST_HOURS = 0.5  # a shorter run tells nothing about growth by the hour


async def soak(size: Size) -> list[Section]:
    """G10."""
    seconds = size.of(WHOLE_SECONDS, 20)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url) as proxy:
            rate = LOAD * await _capacity(rig, proxy)
            await _fill(size.of(ALBUMS), rig, proxy)
            plans = itertools.chain.from_iterable(mixed(1000, SEED + turn, "closed") for turn in itertools.count())
            tally: Counter[str] = Counter()
            files = 0
            async with watched(proxy) as samples:
                for turn in range(TURNS):
                    for each in await _paced(plans, rate, seconds / TURNS, rig, proxy):
                        tally.update(_told(each))
                    await settle(rig)
                    rig.forget()
                    if turn + 1 == round(TURNS * WARM_UP):
                        files = await _files_at_rest(rig, proxy)
                left = max(0, await _files_at_rest(rig, proxy) - files)
    figures = [
        Figure("minutes", round(seconds / 60, 1)),
        Figure("requests", tally["requests"]),
        Figure("requests a second, of the capacity", LOAD),
        *_memory(samples, seconds),
        Figure("files more than after the warm-up", left, 0),
        *(Figure(name, tally[name], 0) for name in ("leaks", "faults of our own", "turned away", "hung")),
    ]
    return [Section("G10 soak", figures, [_row(window) for window in windows(samples, seconds / TURNS)])]


def _memory(samples: Sequence[Sample], seconds: float) -> Iterator[Figure]:
    """The worker's floor is the least that it holds in each window. Decoders are replaced after 500 pictures."""
    warm = [sample for sample in samples if sample.second >= seconds * WARM_UP]
    lows = floors(warm, seconds / FLOORS)
    slope = round(growth(lows), 2)
    yield Figure("growth of the worker's floor after the warm-up, MB an hour", slope, most=_most_growth(seconds))
    yield Figure("the worker's floor first and last, MB", f"{lows[0][1]:.0f} and {lows[-1][1]:.0f}")
    yield Figure("the most that the worker held after the warm-up, MB", round(max(each.worker for each in warm)))
    yield Figure("the most that a decoder held, MB", round(max((max(each.decoders, default=0)) for each in samples)))


def _row(window: Sequence[Sample]) -> dict[str, float]:
    worker = [each.worker for each in window]
    decoders = [sum(each.decoders) for each in window]
    told = {"least": min(worker), "most": max(worker), "decoders": max(decoders)}
    return {"second": round(window[-1].second)} | {name: round(value, 1) for name, value in told.items()}


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


async def _fill(albums: int, rig: Upstream, proxy: Proxy) -> None:
    """Show so many albums of pictures that were never shown before."""
    dice = random.Random(SEED)
    rig.sole = Plan(new_id(dice), picture=True)

    async def show(plan: Plan) -> None:
        for _ in range(-(-albums // AT_ONCE)):
            await ask(proxy.port, plan, *(picture_url(Plan(new_id(dice))) for _ in range(ALBUM)))

    await asyncio.gather(*(show(rig.sole) for _ in range(AT_ONCE)))
    rig.sole = None
    rig.urls.clear()
    rig.forget()


async def _files_at_rest(rig: Upstream, proxy: Proxy) -> int:
    """What is open when nobody asks: no connection waits to be used again. A decoder may be about to be replaced."""
    await idle(rig)
    return proxy.files - DECODER_FILES * len(proxy.decoder_megabytes)


async def _paced(plans: Iterator[Plan], rate: float, seconds: float, rig: Upstream, proxy: Proxy) -> list[Seen]:
    """So many a second, evenly, whether or not those before were answered."""
    began = time.monotonic()

    async def at(moment: float, plan: Plan) -> Seen:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
        rig.expect(plan)
        return await ask(proxy.port, plan)

    due = [at(began + turn / rate, plan) for turn, plan in zip(range(max(1, int(rate * seconds))), plans, strict=False)]
    return await asyncio.gather(*due)
