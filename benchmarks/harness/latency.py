"""Latency from a separate probe: streamed requests one at a time, the arms in turn.

A saturated harness measures its own queue. Arms measured one after another measure how busy the machine was meanwhile.
The probe does neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openai import APIError
from pydantic import BaseModel, ConfigDict, TypeAdapter

from benchmarks.case import Case
from benchmarks.harness.endpoint import Address, Timing, clock, wire_messages
from benchmarks.harness.plan import RunPlan

LATENCY_FILE = "latency.json"
PROBES = 12


class ArmLatency(BaseModel):
    """An arm's seconds to the first text and to the end, one for each probe that was answered."""

    model_config = ConfigDict(frozen=True)

    arm: str
    first: tuple[float, ...]
    total: tuple[float, ...]
    failed: int

    @classmethod
    def of(cls, arm: str, probes: Sequence[Timing | None]) -> ArmLatency:
        """The timings of one arm's probes; None is one that failed."""
        answered = [timing for timing in probes if timing is not None]
        return cls(
            arm=arm,
            first=tuple(round(timing.first, 4) for timing in answered),
            total=tuple(round(timing.total, 4) for timing in answered),
            failed=len(probes) - len(answered),
        )


Latencies = TypeAdapter(list[ArmLatency])


async def probe(plan: RunPlan, cases: Sequence[Case], proxy: Address) -> list[ArmLatency]:
    """Clock every arm of the proxy on the same cases, after one request each that is not counted."""
    options = {"extra_body": plan.options.sampling.body}
    arms = [arm.name for arm in plan.arms if arm.outside is None]
    timings: dict[str, list[Timing | None]] = {arm: [] for arm in arms}
    async with proxy.client() as client:

        async def once(arm: str, case: Case) -> Timing | None:
            try:
                return await clock(client, arm, wire_messages(case.turns), options)
            except APIError:
                return None

        for arm in arms:
            await once(arm, cases[0])
        for case in cases:
            for arm in arms:
                timings[arm].append(await once(arm, case))
    return [ArmLatency.of(arm, found) for arm, found in timings.items()]


def write_latencies(folder: Path, found: list[ArmLatency]) -> None:
    """Write latency.json."""
    (folder / LATENCY_FILE).write_bytes(Latencies.dump_json(found, indent=1))


def read_latencies(folder: Path) -> list[ArmLatency]:
    """What the probe found; empty where none was made."""
    path = folder / LATENCY_FILE
    return Latencies.validate_json(path.read_bytes()) if path.is_file() else []
