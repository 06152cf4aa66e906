"""Overload in an open loop: requests keep coming at their own pace, however many are still waiting."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.client import Seen, ask
from tests.chaos.figures import Figure, Section
from tests.chaos.load import together
from tests.chaos.oracle import leaks
from tests.chaos.plan import Plan, paced
from tests.chaos.proxy import Proxy, Setup, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

PLACES = 8
# The models' own pace is what capacity ends at, as with real models, and not how fast this machine can start clients.
ENVIRONMENT = {"SITUGUARD_IN_WORK": str(PLACES), "SITUGUARD_WAITING": str(PLACES)}
FACTORS = (1, 2, 5, 10)
GOODPUT = 0.9  # of the peak
COLLAPSE = 0.5  # on a machine that others use too: the CPU is the limit there, and turning away takes some of it
BACK = 5.0  # seconds after which a request is answered again
SHED = 0.1  # seconds in which a request that cannot be served is told so
WHOLE_SECONDS = 30.0  # at each factor
# Eight places end together, three times a second: over three seconds, one such round more or less is a tenth of all.
LEAST_SECONDS = 10.0
LEAD_SECONDS = 1.0  # until all clients are made: the first of them must not come in a heap


@dataclass(frozen=True)
class Level:
    """What became of requests at so many times what can be served. Seconds at the 99th percentile."""

    factor: int
    asked: int
    served: int
    shed: int
    others: int
    silent: int
    leaked: int
    goodput: float
    shed_p99: float
    served_p99: float
    megabytes: float


async def overload(size: Size) -> list[Section]:
    """G8."""
    seconds = max(LEAST_SECONDS, WHOLE_SECONDS * size.share)
    setup = Setup(patience=size.patience, environment=ENVIRONMENT)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, setup) as proxy:
            capacity = await _capacity(rig, proxy, size.slack)
            idle = proxy.megabytes
            factors = FACTORS if size.full else (FACTORS[0], FACTORS[-1])
            levels = [
                await _level(rig, proxy, factor, capacity, seconds=seconds, slack=size.slack) for factor in factors
            ]
            began = time.monotonic()
            (after,) = await together(paced(1, SEED), rig, proxy, at_once=1)
            recovered = time.monotonic() - began
    told = _figures(levels, capacity, idle, recovered, after, size=size)
    return [Section("G8 overload, open loop", told, _rows(levels))]


def _figures(
    levels: Sequence[Level], capacity: float, idle: float, recovered: float, after: Seen, *, size: Size
) -> list[Figure]:
    least = GOODPUT if size.full else COLLAPSE
    served_within = round(max(level.served_p99 for level in levels), 2)
    soon = SHED if size.full else served_within  # elsewhere than on an idle machine, sooner than those who are served
    peak, last = max(level.goodput for level in levels), levels[-1]
    return [
        Figure("served a second by 8 places, closed loop", round(capacity, 1)),
        *(Figure(f"goodput at {level.factor} ×, a second", round(level.goodput, 1)) for level in levels),
        Figure(f"goodput at {last.factor} ×, of the peak", round(last.goodput / peak, 3), least=least),
        Figure("requests shed", sum(level.shed for level in levels), least=1),
        Figure("99 of 100 are shed within, s", round(max(level.shed_p99 for level in levels), 3), most=soon),
        Figure("shed without Retry-After", sum(level.silent for level in levels), 0),
        Figure("neither served nor shed", sum(level.others for level in levels), 0),
        Figure("leaks", sum(level.leaked for level in levels), 0),
        Figure("99 of 100 are served within, s", served_within),
        Figure("memory above idle, MB", round(max(level.megabytes for level in levels) - idle, 1), most=512),
        Figure("answers again after, s", round(recovered, 2), most=BACK * size.slack),
        Figure("answer after it", after.status, 200),
    ]


async def _capacity(rig: Upstream, proxy: Proxy, slack: int) -> float:
    """Requests a second with every place taken and none waiting."""
    await together(paced(PLACES, SEED + 80, slack), rig, proxy, at_once=PLACES)
    began = time.monotonic()
    seen = await together(paced(PLACES * 8, SEED + 81, slack), rig, proxy, at_once=PLACES)
    return len(seen) / (time.monotonic() - began)


async def _level(rig: Upstream, proxy: Proxy, factor: int, capacity: float, *, seconds: float, slack: int) -> Level:
    plans = list(paced(math.ceil(capacity * factor * seconds), SEED + factor, slack))
    began = time.monotonic() + LEAD_SECONDS
    asking = [
        asyncio.create_task(_ask_at(began + turn / (capacity * factor), plan, rig, proxy))
        for turn, plan in enumerate(plans)
    ]
    await asyncio.sleep(LEAD_SECONDS + seconds)
    megabytes = proxy.megabytes
    seen = await asyncio.gather(*asking)
    # The last are answered after the last has come: that time counts too.
    return _told(factor, seen, time.monotonic() - began, megabytes)


async def _ask_at(moment: float, plan: Plan, rig: Upstream, proxy: Proxy) -> Seen:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))
    rig.expect(plan)
    return await ask(proxy.port, plan)


def _told(factor: int, seen: Sequence[Seen], seconds: float, megabytes: float) -> Level:
    served = [each for each in seen if each.status == 200]
    shed = [each for each in seen if (each.status, each.code) == (503, "overloaded")]
    return Level(
        factor,
        asked=len(seen),
        served=len(served),
        shed=len(shed),
        others=len(seen) - len(served) - len(shed),
        silent=sum("retry-after" not in each.headers for each in shed),
        leaked=sum(bool(list(leaks(each))) for each in seen),
        goodput=len(served) / seconds,
        shed_p99=_p99(shed),
        served_p99=_p99(served),
        megabytes=megabytes,
    )


def _p99(seen: Sequence[Seen]) -> float:
    times = sorted(each.seconds for each in seen)
    return times[min(len(times) - 1, math.ceil(len(times) * 0.99) - 1)] if times else 0.0


def _rows(levels: Sequence[Level]) -> list[dict[str, object]]:
    return [asdict(level) for level in levels]
