"""Latency from a probe of its own: streamed requests one at a time, the arms in turn.

A saturated harness measures its own queue, and arms measured one after another measure the hour; so neither is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from openai import APIError
from pydantic import BaseModel, ConfigDict, TypeAdapter

from benchmarks.case import Case
from benchmarks.harness.endpoint import Address, Timing, clock, wire_messages
from benchmarks.harness.plan import Plan

FILE = "latency.json"
PROBES = 12


class ArmLatency(BaseModel):
    """An arm's seconds to the first text and to the end, one for each probe that was answered."""

    model_config = ConfigDict(frozen=True)

    arm: str
    first: tuple[float, ...]
    total: tuple[float, ...]
    failed: int


Latencies = TypeAdapter(list[ArmLatency])


def probe(plan: Plan, cases: Sequence[Case], url: Address) -> list[ArmLatency]:
    """Clock every arm on the same cases, after one request each that is not counted."""
    return asyncio.run(_probe(plan, cases, url))


def write_latencies(folder: Path, found: list[ArmLatency]) -> None:
    """Write latency.json."""
    (folder / FILE).write_bytes(Latencies.dump_json(found, indent=1))


def read_latencies(folder: Path) -> list[ArmLatency]:
    """What the probe found; nothing where none was made."""
    path = folder / FILE
    return Latencies.validate_json(path.read_bytes()) if path.is_file() else []


async def _probe(plan: Plan, cases: Sequence[Case], url: Address) -> list[ArmLatency]:
    options = {"max_tokens": plan.max_tokens} | ({} if plan.temperature is None else {"temperature": plan.temperature})
    arms = [arm.name for arm in plan.arms]
    timings: dict[str, list[Timing | None]] = {arm: [] for arm in arms}
    async with url.client() as client:

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
    return [_of(arm, found) for arm, found in timings.items()]


def _of(arm: str, found: Sequence[Timing | None]) -> ArmLatency:
    answered = [timing for timing in found if timing is not None]
    return ArmLatency(
        arm=arm,
        first=tuple(round(timing.first, 4) for timing in answered),
        total=tuple(round(timing.total, 4) for timing in answered),
        failed=len(found) - len(answered),
    )
