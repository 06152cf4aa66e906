"""Memory under load, and whether it grows. It swings with every large reply, so what counts is its floor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import combinations, groupby
from statistics import median

from tests.chaos.proxy import Proxy

BETWEEN = 1.0  # seconds from one look to the next


@dataclass(frozen=True)
class Sample:
    """Resident megabytes at a moment, of the worker and of each process that decodes pictures for it."""

    second: float
    worker: float
    decoders: tuple[float, ...] = ()


@asynccontextmanager
async def watched(proxy: Proxy) -> AsyncIterator[list[Sample]]:
    """Samples, as they come while the block runs."""
    began, samples = time.monotonic(), list[Sample]()

    async def watch() -> None:
        while True:
            samples.append(Sample(time.monotonic() - began, proxy.worker_megabytes, proxy.decoder_megabytes))
            await asyncio.sleep(BETWEEN)

    watching = asyncio.create_task(watch())
    try:
        yield samples
    finally:
        watching.cancel()


def windows(samples: Sequence[Sample], seconds: float) -> Iterator[list[Sample]]:
    """The samples of each so many seconds."""
    for _, window in groupby(samples, lambda sample: sample.second // seconds):
        yield list(window)


def floors(samples: Sequence[Sample], seconds: float) -> list[tuple[float, float]]:
    """For each window its middle, in seconds, and the least that the worker held in it."""
    each = windows(samples, seconds)
    return [(_middle(window), min(sample.worker for sample in window)) for window in each]


def growth(points: Sequence[tuple[float, float]]) -> float:
    """Megabytes an hour: the median of the slopes between any two points (Theil and Sen), which no few of them decide.

    Nought where there are fewer than two.
    """
    slopes = [(later - earlier) / (at - since) for (since, earlier), (at, later) in combinations(points, 2)]
    return median(slopes) * 3600 if slopes else 0.0


def _middle(window: Sequence[Sample]) -> float:
    return (window[0].second + window[-1].second) / 2
