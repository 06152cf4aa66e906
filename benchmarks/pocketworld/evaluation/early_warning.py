"""What a warning saves that is begun before the verdict, and what it costs, beside one that is told what decides.

Asked of a running proxy, held-out pairs of Pocket World, in both ways: `early_hold --warn` is the command. The embedded
model judges and answers. On a machine with other work the client's wait says little, so tokens are counted too: what
is written one after another, from the first token of the situation agent's reply to the last of the warning's review.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI

from agents.models.base import JsonObject
from agents.models.trained_parts import ProbeCard
from benchmarks.case import Side
from benchmarks.harness.endpoint import Address, complete, wire_messages
from benchmarks.pocketworld.evaluation.probed_proxy import Request, requests, serving, told_by_probe
from benchmarks.pocketworld.sampling.pairs import HeldOutPair, held_out_pairs
from guard.config import EMBEDDED

AFTER, EARLY = "after", "early"  # the deployments: when a warning is begun


@dataclass(frozen=True)
class Warned:
    """One request to one deployment.

    `names`: the reply holds what makes the situation unsafe. `tokens` are those of all calls, `steps` those that were
    written one after another, 0 where no warning went out. `begun`: early, and `used`: that one went out.
    """

    side: Side
    decision: str
    verdict: str
    seconds: float
    names: bool
    tokens: int
    steps: int
    begun: bool = False
    used: bool = False


Both = tuple[Warned, Warned]
"""The same request with a warning that is begun after the verdict, and with one that is begun early."""


def early_warning(probe: Path, pairs: int, seed: int) -> list[Both]:
    """Ask both deployments both sides of every pair, one request at a time."""
    tapped_after = ProbeCard.model_validate_json(probe.read_bytes()).after_tokens + 1
    with serving(configuration(probe)) as (proxy, data):
        asked = asyncio.run(_asked(proxy, tapped_after, held_out_pairs(pairs, seed)))
        begun = told_by_probe(data, "warning_begun")
    return [(after, replace(early, begun=early.decision in begun)) for after, early in asked]


def configuration(probe: Path) -> JsonObject:
    """Two deployments with the probe that differ in the early warning alone."""
    situation = {"early": str(probe.resolve())}
    situations = {AFTER: situation, EARLY: {**situation, "early_warning": True}}
    return {
        "models": {"pocket": {"kind": "local", "path": EMBEDDED}},
        "deployments": {
            name: {"model": "pocket", "prompts": "compact", "explain": "full", "agents": {"situation": situation}}
            for name, situation in situations.items()
        },
    }


def steps_of(guard: Mapping[str, Any], tapped_after: int) -> int:
    """The tokens that a warning took one after another, by the `guard` object; 0 where none was written.

    One that was begun early is written while the situation agent goes on, from its token `tapped_after` on.
    """
    reply = guard.get("reply", {})
    if reply.get("fell_back", True) or guard["action"] != "warn":
        return 0
    judged = sum(_written(report) for report in guard["agents"] if report["agent"] == "situation")
    warned = _written(reply) + sum(map(_written, guard["reviews"]))
    return max(judged, tapped_after + warned) if reply.get("begun_early") else judged + warned


def summary(asked: Sequence[Both]) -> Iterator[str]:
    """The figures, a line each."""
    changed = [early.begun for after, early in asked if after.verdict != early.verdict]
    yield f"verdicts changed: {len(changed)} of {len(asked)}, {sum(changed)} of them beside an early warning"
    for side in Side:
        those = [early for _, early in asked if early.side is side]
        yield f"begun early, {side} side: {sum(early.begun for early in those)} of {len(those)}"
    warned = [both for both in asked if both[1].used and both[0].steps]
    yield f"begun early and gone out: {len(warned)}"
    unsafe = [both for both in warned if both[0].side is Side.UNSAFE]
    after, early = (sum(both[place].names for both in unsafe) for place in (0, 1))
    yield f"of the {len(unsafe)} on the unsafe side, naming what decides: {after} after the verdict, {early} early"
    yield f"tokens one after another, to such a warning's end: {_means(warned, 'steps')}"
    yield f"seconds to such a warning's end: {_means(warned, 'seconds')}"
    yield f"tokens written for a request, all of them: {_means(asked, 'tokens')}"


def _means(asked: Sequence[Both], field: str) -> str:
    if not asked:
        return "none"
    after, early = (sum(getattr(both[place], field) for both in asked) / len(asked) for place in (0, 1))
    return f"{after:.2f} after the verdict, {early:.2f} early"


def _written(step: JsonObject) -> int:
    return int(step["usage"]["completion_tokens"])


async def _asked(proxy: Address, tapped_after: int, pairs: Sequence[HeldOutPair]) -> list[Both]:
    async with proxy.client() as client:
        after, early = (partial(_ask, client, name, tapped_after) for name in (AFTER, EARLY))
        return [(await after(each), await early(each)) for each in requests(pairs)]


async def _ask(client: AsyncOpenAI, deployment: str, tapped_after: int, request: Request) -> Warned:
    reply = await complete(client, deployment, wire_messages(request.turns), {})
    guard = reply.guard
    return Warned(
        request.side,
        guard["decision"],
        guard["verdict"],
        reply.seconds,
        names=request.situation.truth.evidence.removeprefix("sign: ") in reply.text,
        tokens=sum(_written(calls) for calls in guard["calls"]),
        steps=steps_of(guard, tapped_after),
        used=bool(guard.get("reply", {}).get("begun_early")),
    )
