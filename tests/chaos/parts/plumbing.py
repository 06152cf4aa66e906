"""What the proxy itself adds to a request's time, where models answer at once."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from tests.chaos.client import Seen
from tests.chaos.figures import Figure, Section
from tests.chaos.load import together
from tests.chaos.plan import Plan, new_id
from tests.chaos.proxy import PATIENT, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import upstream

KILOBYTE = 1024  # characters of the question
WARM_UP = 50  # requests that are not counted
WHOLE = 2000


async def plumbing(size: Size) -> list[Section]:
    """G11: one request at a time, each recorded on disk before its answer."""
    dice = random.Random(SEED)
    count = size.of(WHOLE, 100)
    plans = [Plan(new_id(dice), padding=KILOBYTE) for _ in range(WARM_UP + count)]
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, PATIENT) as proxy:
            seen = (await together(plans, rig, proxy, at_once=1))[WARM_UP:]
    added = [1000 * (each.seconds - _busy(rig.busy[each.plan.id])) for each in seen]
    cuts = quantiles(added, n=100)
    figures = [
        Figure("requests, one after another", len(seen), count),
        Figure("not answered", _unanswered(seen), 0),
        # The sample also runs where others use the machine.
        Figure("added to the models' time, median, ms", round(cuts[49], 2), most=5.0 if size.full else None),
        Figure("added to the models' time, 99 of 100, ms", round(cuts[98], 2), most=25.0 if size.full else None),
    ]
    return [Section("G11 what the plumbing adds", figures, [{"milliseconds": round(each, 3)} for each in added])]


def _busy(calls: Sequence[tuple[float, float]]) -> float:
    """Seconds in which any call was open."""
    total = until = 0.0
    for began, ended in sorted(calls):
        total += max(0.0, ended - max(began, until))
        until = max(until, ended)
    return total


def _unanswered(seen: Sequence[Seen]) -> int:
    return sum(each.status != 200 for each in seen)
