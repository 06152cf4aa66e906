"""What the early hold saves, end to end: held-out pairs of Pocket World, asked of a running proxy in both ways.

    python -m benchmarks.pocketworld.evaluation.early_hold PROBE [--pairs 100] [--tokens 300] [--pace 50] [--seed 7]
    python -m benchmarks.pocketworld.evaluation.early_hold PROBE --warn [--pairs 100] [--seed 7]

The probe is one of `situguard-train probe --findings`, for the embedded model and prompt set `compact`. The agents are
the embedded model. Its own answers could show nothing: they are over before the situation agent has begun. So an
endpoint of ours answers, as long and as fast as told, and counts what it wrote before the proxy hung up. With `--warn`
it is warnings that are compared, begun before the verdict and after it (`early_warning`).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from aiohttp import web
from openai import AsyncOpenAI

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from benchmarks.case import Side, Turn
from benchmarks.harness.endpoint import Address, complete, wire_messages
from benchmarks.pocketworld.evaluation import early_warning as warnings
from benchmarks.pocketworld.evaluation.probed_proxy import requests, serving, told_by_probe
from benchmarks.pocketworld.sampling.pairs import HeldOutPair, held_out_pairs
from benchmarks.proxy import free_port
from guard.config import EMBEDDED

PLAIN, EARLY = "plain", "early"  # the deployments
LARGEST_REQUEST = 2**24  # bytes


@dataclass
class PacedEndpoint:
    """Answers everything with so many tokens at a steady pace. `written` is how much it wrote of each answer."""

    tokens: int
    per_second: float
    written: list[int] = field(default_factory=list)
    _open: int = 0
    _idle: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serving(self, port: int) -> AsyncIterator[None]:
        """Serve on a port of loopback."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_post("/v1/chat/completions", self._answer)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield
        finally:
            await runner.cleanup()

    async def idle(self) -> None:
        """Wait until it knows of every answer that is not wanted any more. Call it after a request has come."""
        await self._idle.wait()

    async def _answer(self, _: web.Request) -> web.Response:
        began = time.monotonic()
        self._open += 1
        self._idle.clear()
        try:
            await asyncio.sleep(self.tokens / self.per_second)
        finally:
            self.written.append(min(self.tokens, round((time.monotonic() - began) * self.per_second)))
            self._open -= 1
            if not self._open:
                self._idle.set()
        return web.json_response(Envelope("paced").completion("word " * self.tokens, Usage(0, self.tokens)))


@dataclass(frozen=True)
class Asked:
    """One request to one deployment: how long the client waited, and the tokens that its drafts came to.

    `held`: the probe had the draft given up before the verdict.
    """

    side: Side
    decision: str
    verdict: str
    seconds: float
    written: int
    held: bool = False


Both = tuple[Asked, Asked]
"""The same request without the early hold and with it."""


def early_hold(probe: Path, pairs: int, endpoint: PacedEndpoint, seed: int) -> list[Both]:
    """Ask both deployments both sides of every pair, one request at a time."""
    port = free_port()
    with serving(configuration(port, probe)) as (proxy, data):
        asked = asyncio.run(_asked(proxy, endpoint, port, held_out_pairs(pairs, seed)))
        held = told_by_probe(data, "draft_given_up")
    return [(plain, replace(early, held=early.decision in held)) for plain, early in asked]


def configuration(port: int, probe: Path) -> JsonObject:
    """Two deployments that differ in the early hold alone. An unsafe request gets a fixed text, which costs nothing."""
    deployment = {"model": "answers", "prompts": "compact", "actions": {"unsafe": "refuse", "unclear": "refuse"}}
    situations = {PLAIN: {}, EARLY: {"early": str(probe.resolve())}}
    answers = {"kind": "endpoint", "base_url": f"http://127.0.0.1:{port}/v1", "model": "paced"}
    return {
        "models": {"pocket": {"kind": "local", "path": EMBEDDED}, "answers": answers},
        "deployments": {
            name: {**deployment, "agents": {"model": "pocket", "situation": situation}}
            for name, situation in situations.items()
        },
    }


def summary(asked: Sequence[Both], per_second: float) -> Iterator[str]:
    """The figures, a line each."""
    changed = sum(plain.verdict != early.verdict for plain, early in asked)
    yield f"verdicts changed: {changed} of {len(asked)}"
    for side in Side:
        held = [early.held for plain, early in asked if plain.side is side]
        yield f"held early, {side} side: {sum(held)} of {len(held)}"
    for what, those in (
        ("drafts that do not go out", [both for both in asked if both[0].verdict != Side.SAFE]),
        ("of these, held early", [both for both in asked if both[0].verdict != Side.SAFE and both[1].held]),
        ("held in vain, and begun again", [both for both in asked if both[0].verdict == Side.SAFE and both[1].held]),
        ("all requests", asked),
    ):
        yield f"{what}: {_compared(those, per_second)}"


def _compared(asked: Sequence[Both], per_second: float) -> str:
    if not asked:
        return "none"
    before, after = (sum(both[place].written for both in asked) / len(asked) for place in (0, 1))
    waits = sum(early.seconds - plain.seconds for plain, early in asked) / len(asked)
    return (
        f"{len(asked)}; tokens of draft each: {before:.1f} without, {after:.1f} with the hold,"
        f" {(before - after) / per_second * 1000:.0f} ms of the model's time saved;"
        f" the client waits {waits * 1000:+.0f} ms"
    )


async def _asked(proxy: Address, endpoint: PacedEndpoint, port: int, pairs: Sequence[HeldOutPair]) -> list[Both]:
    async with endpoint.serving(port), proxy.client() as client:
        plain, early = (partial(_ask, client, endpoint, name) for name in (PLAIN, EARLY))
        return [(await plain(side, turns), await early(side, turns)) for side, _, turns in requests(pairs)]


async def _ask(
    client: AsyncOpenAI, endpoint: PacedEndpoint, deployment: str, side: Side, turns: Sequence[Turn]
) -> Asked:
    """Ask once, and wait until the endpoint has heard that its answer is not wanted, if it is not."""
    before = len(endpoint.written)
    reply = await complete(client, deployment, wire_messages(turns), {})
    await endpoint.idle()
    guard = reply.guard
    return Asked(side, guard["decision"], guard["verdict"], reply.seconds, sum(endpoint.written[before:]))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("probe", type=Path)
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=300, help="length of every answer")
    parser.add_argument("--pace", type=float, default=50, help="tokens a second of the model that answers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--warn", action="store_true", help="compare warnings that are begun early and after")
    given = parser.parse_args(arguments)
    if given.warn:
        told = warnings.summary(warnings.early_warning(given.probe, given.pairs, given.seed))
    else:
        endpoint = PacedEndpoint(given.tokens, given.pace)
        told = summary(early_hold(given.probe, given.pairs, endpoint, given.seed), given.pace)
    sys.stdout.writelines(f"{line}\n" for line in told)


if __name__ == "__main__":
    main(sys.argv[1:])
