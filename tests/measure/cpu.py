"""`make measure-cpu`: CPU time per guarded request, of two or more checkouts in one run, taking turns.

    python -m tests.measure.cpu --root ../before .

Each checkout's `situguard serve` runs in a process of its own, under this Python, with the checkout's root as
PYTHONPATH. Behind all of them stands one endpoint on loopback that answers at once. What is counted is the serving
process's CPU time, on all of its threads; its picture decoders are processes of their own and are not in it. All
checkouts get the same requests, in bursts that take turns, so that a machine that slows down, slows all of them alike.
Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SERVE = "from service.cli.main import app; app()"
START_SECONDS = 90
AT_ONCE = 4  # requests in a burst; the proxies take turns after each
WARM_UP = 100  # requests to each checkout before anything is counted
SETTLED = 0.5  # seconds after a round's last reply; outcomes are still recorded

FINDINGS: dict[str, dict[str, Any]] = {
    "IntentFinding": {"activity": "practise a golf swing", "look_for": "people and glass nearby", "ill_intent": None},
    "SceneFinding": {"place": "lawn", "objects": ["golf club"], "people": [], "text": [], "hazards": []},
}
SAFE = {"evidence": "an empty lawn", "category": None, "verdict": "safe", "reason": "nothing is near"}
ANSWER = "Keep your head still and swing."
USAGE = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}


async def complete(request: web.Request) -> web.StreamResponse:
    """The model's side: the finding that a schema asks for, always a safe one, or else the answer."""
    body = await request.json()
    schema = body.get("response_format", {}).get("json_schema", {}).get("name")
    text = json.dumps(FINDINGS.get(schema, SAFE)) if schema else ANSWER
    head = {"id": "chatcmpl-1", "created": 1, "model": body["model"]}
    if not body.get("stream"):
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return web.json_response({**head, "object": "chat.completion", "choices": choices, "usage": USAGE})
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": f"{word} "}, None) for word in text.split()] + [({}, "stop")]
    choices_of = [[{"index": 0, "delta": delta, "finish_reason": finish}] for delta, finish in deltas]
    chunks = [{**head, "object": "chat.completion.chunk", "choices": choices} for choices in choices_of]
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return web.Response(text="".join(events) + "data: [DONE]\n\n", content_type="text/event-stream")


@asynccontextmanager
async def endpoint() -> AsyncIterator[str]:
    """The model's endpoint on a free port of loopback; yields its base URL."""
    app = web.Application(client_max_size=2**26)
    app.router.add_post("/v1/chat/completions", complete)
    runner = web.AppRunner(app)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(runner, listener).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        await runner.cleanup()


@dataclass(frozen=True)
class Served:
    """A checkout's proxy that runs."""

    root: Path
    url: str
    pid: int
    client: aiohttp.ClientSession

    @property
    def cpu_seconds(self) -> float:
        """CPU time of the process so far, all threads, in nanosecond steps: Linux numbers each process's clock so."""
        return time.clock_gettime((~self.pid << 3) | 2)

    async def ask(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Send these at once, and take the replies."""
        await asyncio.gather(*(self._exchange(body) for body in bodies))

    async def _exchange(self, body: dict[str, Any]) -> None:
        async with self.client.post(f"{self.url}/v1/chat/completions", json=body) as reply:
            text = await reply.text()
        assert reply.headers["x-guard-verdict"] == "safe", text


@asynccontextmanager
async def serving(root: Path, base_url: str) -> AsyncIterator[Served]:
    """Run a checkout's `situguard serve` over the endpoint, with its records in a folder of their own."""
    model = {"kind": "endpoint", "base_url": base_url, "model": "scripted"}
    configuration = {"models": {"scripted": model}, "deployments": {"guarded": {"model": "scripted"}}}
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        config = Path(folder) / "guard.yaml"
        config.write_text(yaml.safe_dump(configuration))
        options = ("--config", str(config), "--port", str(port), "--data", f"{folder}/data")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SERVE, "serve", *options),
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with aiohttp.ClientSession() as client, asyncio.timeout(START_SECONDS) as start:
                url = f"http://127.0.0.1:{port}"
                await _ready(client, f"{url}/readyz")
                start.reschedule(None)
                yield Served(root, url, process.pid, client)
        finally:
            process.terminate()
            await process.wait()


async def _ready(client: aiohttp.ClientSession, url: str) -> None:
    while True:
        with suppress(aiohttp.ClientError):
            async with client.get(url) as reply:
                if reply.status == 200:
                    return
        await asyncio.sleep(0.1)


def requests(count: int, start: int) -> list[dict[str, Any]]:
    """Questions in turn whole and streamed, without and with a picture; no two are the same."""
    bodies = []
    for number in range(start, start + count):
        parts: list[dict[str, Any]] = [{"type": "text", "text": f"How do I practise my golf swing here? {number}"}]
        if number % 4 > 1:
            parts.append({"type": "image_url", "image_url": {"url": _picture(number)}})
        content = {"model": "guarded", "messages": [{"role": "user", "content": parts}]}
        bodies.append({**content, "stream": bool(number % 2)})
    return bodies


def _picture(number: int) -> str:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (number // 256 % 256, number % 256, 0)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


async def measure(roots: Sequence[Path], rounds: int, count: int) -> None:
    """Print milliseconds of CPU per request and each checkout's ratio to the first, round by round."""
    async with AsyncExitStack() as stack:
        base_url = await stack.enter_async_context(endpoint())
        proxies = [await stack.enter_async_context(serving(root, base_url)) for root in roots]
        await play(proxies, requests(WARM_UP, 0))
        taken = []
        for turn in range(rounds):
            seconds = await play(proxies, requests(count, WARM_UP + turn * count))
            taken.append([1000 * each / count for each in seconds])
            print(f"{turn + 1:>6} ", *(f"{each:8.3f} ms" for each in taken[-1]), flush=True)  # noqa: T201
    for root, milliseconds in zip(roots, zip(*taken, strict=True), strict=True):
        ratios = sorted(own / each[0] for own, each in zip(milliseconds, taken, strict=True))
        spread = f"middle half {ratios[rounds // 4]:.3f} to {ratios[-1 - rounds // 4]:.3f}"
        told = f"median {statistics.median(milliseconds):.3f} ms, ratio {statistics.median(ratios):.3f}, {spread}"
        print(f"{root}: {told}")  # noqa: T201


async def play(proxies: Sequence[Served], bodies: Sequence[dict[str, Any]]) -> list[float]:
    """Send these to every proxy, a few to each in turn; the CPU seconds that each proxy took for all of them."""
    before = [proxy.cpu_seconds for proxy in proxies]
    for start in range(0, len(bodies), AT_ONCE):
        for proxy in proxies if start // AT_ONCE % 2 == 0 else reversed(proxies):
            await proxy.ask(bodies[start : start + AT_ONCE])
    await asyncio.sleep(SETTLED)
    return [proxy.cpu_seconds - began for proxy, began in zip(proxies, before, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, nargs="+", default=[ROOT], help="checkouts; ratios are to the first")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--requests", type=int, default=60, help="for each checkout in each round")
    given = parser.parse_args()
    roots = [root.resolve() for root in given.root]
    print("CPU per guarded request:", *roots)  # noqa: T201
    asyncio.run(measure(roots, given.rounds, given.requests))


if __name__ == "__main__":
    main()
