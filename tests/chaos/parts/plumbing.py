"""What the proxy itself adds to a request's time, where models answer at once."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.speed.bench import models
from benchmarks.speed.bodies import QUESTION, TEXT_PLACE, Body
from benchmarks.speed.client import Address, Amount, Load, load
from benchmarks.speed.processes import running
from benchmarks.speed.servers import Setup, situguard
from tests.chaos.figures import Figure, Section
from tests.chaos.size import Size

KILOBYTE = 1024  # characters of the question
WARM_UP = 50  # requests that are not counted
WHOLE = 2000


async def plumbing(size: Size) -> list[Section]:
    """G11: one request at a time, each recorded on disk before its answer, beside the same straight to the model.

    Models and proxy are processes of their own, so that neither waits for the client's event loop.
    """
    count, numbers = size.of(WHOLE, 100), itertools.count()
    with TemporaryDirectory() as folder:
        async with models() as port:
            served = situguard(Setup(Path(folder), port))
            async with running(served.program):
                straight = await _one_after_another(Address(port), count, numbers)
                guarded = await _one_after_another(served.address, count, numbers)
    alone = median(each.total for each in straight.good)
    added = [each.total - alone for each in guarded.good[WARM_UP:]]
    cuts = quantiles(added, n=100)
    figures = [
        Figure("requests, one after another", len(added), count),
        Figure("not answered", len(guarded.answers) - len(guarded.good), 0),
        Figure("straight to the model, median, ms", round(alone, 2)),
        # The sample also runs where others use the machine.
        Figure("added to that, median, ms", round(cuts[49], 2), most=5.0 if size.full else None),
        Figure("added to that, 99 of 100, ms", round(cuts[98], 2), most=25.0 if size.full else None),
    ]
    return [Section("G11 what the plumbing adds", figures, [{"milliseconds": round(each, 3)} for each in added])]


async def _one_after_another(address: Address, count: int, numbers: Iterator[int]) -> Load:
    text = f"{QUESTION} {TEXT_PLACE.decode()} ".ljust(KILOBYTE, "x")
    asked = Body(json.dumps({"model": "guarded", "messages": [{"role": "user", "content": text}]}).encode())
    return await load(address, asked, numbers, clients=1, amount=Amount(requests=WARM_UP + count))
