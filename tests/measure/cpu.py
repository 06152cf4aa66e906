"""`make measure-cpu`: CPU time per guarded request, of two or more checkouts in one run, taking turns.

    python -m tests.measure.cpu --root ../before .

Each checkout's `situguard serve` runs in a process of its own, under this Python, with the checkout's root as
PYTHONPATH. Behind all of them stand the models of `benchmarks.speed`, which answer at once. What is counted is the
serving process's CPU time, on all of its threads; its picture decoders are processes of their own and are not in it.
All checkouts get the same requests, in bursts that take turns, so that a machine that slows down, slows all of them
alike. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import yaml

from benchmarks.proxy import free_port
from benchmarks.speed.bench import models
from benchmarks.speed.bodies import body
from benchmarks.speed.processes import Program, cpu_seconds, running

ROOT = Path(__file__).resolve().parents[2]
SERVE = "from service.cli.main import app; app()"
AT_ONCE = 4  # requests in a burst; the proxies take turns after each
WARM_UP = 100  # requests to each checkout before anything is counted
SETTLED = 0.5  # seconds after a round's last reply; outcomes are still recorded


@dataclass(frozen=True)
class Served:
    """A checkout's proxy that runs."""

    root: Path
    url: str
    pid: int
    client: aiohttp.ClientSession

    async def ask(self, bodies: Sequence[bytes]) -> None:
        """Send these at once, and take the replies."""
        await asyncio.gather(*(self._exchange(body) for body in bodies))

    async def _exchange(self, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        async with self.client.post(f"{self.url}/v1/chat/completions", data=body, headers=headers) as reply:
            text = await reply.text()
        assert reply.headers["x-guard-verdict"] == "safe", text


@asynccontextmanager
async def serving(root: Path, upstream: int) -> AsyncIterator[Served]:
    """Run a checkout's `situguard serve` over the models, with its records in a folder of their own."""
    model = {"kind": "endpoint", "base_url": f"http://127.0.0.1:{upstream}/v1", "model": "scripted"}
    configuration = {"models": {"scripted": model}, "deployments": {"guarded": {"model": "scripted"}}}
    with tempfile.TemporaryDirectory() as folder:
        url, config = f"http://127.0.0.1:{(port := free_port())}", Path(folder) / "guard.yaml"
        config.write_text(yaml.safe_dump(configuration))
        options = ("--config", str(config), "--port", str(port), "--data", f"{folder}/data")
        command = (sys.executable, "-c", SERVE, "serve", *options)
        program = Program(command, f"{url}/readyz", {"PYTHONPATH": str(root)}, Path(folder))
        async with running(program) as process, aiohttp.ClientSession() as client:
            yield Served(root, url, process.pid, client)


def requests(count: int, start: int) -> list[bytes]:
    """Questions in turn whole and streamed, without and with a picture; no two are the same."""
    kinds = [(pictures, stream) for pictures in (0, 1) for stream in (False, True)]
    shapes = [body("guarded", pictures=pictures, kilobytes=5, stream=stream) for pictures, stream in kinds]
    return [shapes[number % len(shapes)].numbered(number) for number in range(start, start + count)]


async def measure(roots: Sequence[Path], rounds: int, count: int) -> None:
    """Print milliseconds of CPU per request and each checkout's ratio to the first, round by round."""
    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(models())
        proxies = [await stack.enter_async_context(serving(root, upstream)) for root in roots]
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


async def play(proxies: Sequence[Served], bodies: Sequence[bytes]) -> list[float]:
    """Send these to every proxy, a few to each in turn; the CPU seconds that each proxy took for all of them."""
    before = [cpu_seconds(proxy.pid) for proxy in proxies]
    for start in range(0, len(bodies), AT_ONCE):
        for proxy in proxies if start // AT_ONCE % 2 == 0 else reversed(proxies):
            await proxy.ask(bodies[start : start + AT_ONCE])
    await asyncio.sleep(SETTLED)
    return [cpu_seconds(proxy.pid) - began for proxy, began in zip(proxies, before, strict=True)]


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
