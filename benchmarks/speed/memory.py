"""Memory of a worker: after the same few requests to each server, and of Situguard's over very many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.speed.bench import Bench, say
from benchmarks.speed.bodies import body
from benchmarks.speed.client import Amount
from benchmarks.speed.servers import CONTENDERS, Contender
from benchmarks.speed.upstream import Plan

CLIENTS = 16
STEPS = 20  # readings
MEASURED = ("guarded", "fastapi", "litellm", "nemo")


@dataclass(frozen=True)
class Level:
    """Resident megabytes after so many requests, several times."""

    readings: Sequence[tuple[int, float]]

    @property
    def per_hundred_thousand(self) -> float:
        """Megabytes that 100,000 requests would add, by the second half of the readings."""
        later = self.readings[len(self.readings) // 2 :]
        (first, low), (last, high) = later[0], later[-1]
        return (high - low) / max(last - first, 1) * 100_000


async def worker_memory(bench: Bench, requests: int) -> dict[str, float]:
    """Resident megabytes of each server's process after so many requests. The servers must be fresh."""
    found = {}
    for contender in (CONTENDERS[name] for name in MEASURED):
        if bench.has(contender):
            await _ask(bench, contender, requests)
            found[contender.name] = bench.live[contender.server].megabytes
    return found


async def level(bench: Bench, requests: int) -> Level:
    """Read again and again while requests are served."""
    guarded, readings = CONTENDERS["guarded"], []
    for step in range(1, STEPS + 1):
        await _ask(bench, guarded, max(requests // STEPS, CLIENTS))
        readings.append((step * max(requests // STEPS, CLIENTS), bench.live[guarded.server].megabytes))
    say(f"memory: {readings[0][1]:.0f} MB, and {readings[-1][1]:.0f} after {readings[-1][0]} requests")
    return Level(readings)


async def _ask(bench: Bench, contender: Contender, requests: int) -> None:
    await bench.ask(contender, body(contender.model), Plan(), Amount(requests=requests), clients=CLIENTS)
