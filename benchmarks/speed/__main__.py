"""Measure, and write the report: python -m benchmarks.speed [--quick] [--only PART …] [--out FOLDER]"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version as our_version
from pathlib import Path

import uvloop

from benchmarks.speed import flame, graph_share, report
from benchmarks.speed.bench import bench, say
from benchmarks.speed.cases import CASES, FULL, QUICK, Size
from benchmarks.speed.growth import grow
from benchmarks.speed.memory import level, worker_memory
from benchmarks.speed.peers.install import PEERS, install, version
from benchmarks.speed.results import Figures, Results
from benchmarks.speed.rounds import play
from benchmarks.speed.servers import ROOT, SERVERS, Server

RESULTS = ROOT / "benchmarks" / "results"
TRIED = ROOT / "runs" / "speed"  # where a quick run writes: its figures mean nothing
PARTS = ("cases", "memory", "growth", "graph", "flame")
NOT_DRAWN = "it was not asked for"
BESIDE_MODEL = "nemo-speculative"  # is needed by some cases alone
# What other commands write beside the report, and the figure in it.
APART = {"local_vs_generate": "local-engine.json", "cost_vs_raw": "cost.json"}


@dataclass(frozen=True)
class Began:
    """When it began: seconds of the monotonic clock, and the processor's ticks."""

    at: float
    ticks: tuple[int, int]


@dataclass(frozen=True)
class Run:
    """What to measure, and where to write the report: after each part, so that a run that is cut off leaves one."""

    size: Size
    parts: Sequence[str]
    servers: Sequence[Server]
    refused: Mapping[str, str]
    out: Path
    began: Began

    async def measure(self, folder: Path) -> None:
        """Run the parts that are wanted; servers write into this folder, and end also where this is told to end."""
        if (task := asyncio.current_task()) is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        fresh = [server for server in self.servers if server.name != BESIDE_MODEL]
        results = Results(missing=self.refused, apart=found_apart(self.out))
        no_flame = NOT_DRAWN
        if "graph" in self.parts:
            share = await graph_share.measure(2 if self.size is QUICK else graph_share.RUNS)
            results = replace(results, share=share)
        if "cases" in self.parts:
            async with bench(folder / "cases", self.servers) as made:
                samples = await play(made, CASES, self.size)
            results = replace(results, samples=samples, missing={**results.missing, **made.missing})
            self._write(results, no_flame)
        if "memory" in self.parts:
            async with bench(folder / "memory", fresh) as made:
                memory = await worker_memory(made, self.size.first)
                results = replace(results, memory=memory, level=await level(made, self.size.memory))
            self._write(results, no_flame)
        if {"growth", "flame"} & set(self.parts):
            async with bench(folder / "growth", [SERVERS["situguard"]]) as made:
                if "flame" in self.parts:
                    no_flame = await flame.draw(made, self.out / report.FLAME, 5 * self.size.seconds)
                if "growth" in self.parts:
                    results = replace(results, curves=await grow(made, self.size))
        self._write(results, no_flame)

    def _write(self, results: Results, no_flame: str) -> None:
        peers = {server.peer for server in self.servers if server.peer}
        report.write(self.out, results, conditions(self.size, sorted(peers), self.began), no_flame)


def conditions(size: Size, peers: Sequence[str], began: Began) -> dict[str, str]:
    """Where and with what it was measured."""
    stolen, all_ticks = (after - before for after, before in zip(_ticks(), began.ticks, strict=True))
    command = ("git", "rev-parse", "--short=12", "HEAD")
    commit = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    packages = {"litellm": "litellm", "nemo": "nemoguardrails"}
    versions = [f"{PEERS[peer]} {version(peer, packages[peer])}" for peer in peers]
    versions += [f"{name} {our_version(name)}" for name in ("fastapi", "aiohttp", "langgraph", "uvicorn")]
    return {
        "measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, in {(time.monotonic() - began.at) / 60:.0f} minutes"
        + (", **quickly: the figures mean nothing**" if size is QUICK else ""),
        "commit": commit.stdout.strip() or "unknown",
        "machine": f"{os.cpu_count()} cores, {_processor()}, Python {platform.python_version()}, load {_load()}, "
        f"{100 * stolen / max(all_ticks, 1):.1f} % of its time taken by the machine below",
        "versions": ", ".join(versions),
        "setup": "one worker of each server on one core, the model and the client on the other",
    }


def found_apart(folder: Path) -> Figures:
    """What other commands have written there; None for what they have not."""
    found: Figures = {}
    for key, name in APART.items():
        with suppress(OSError, ValueError, KeyError, TypeError):
            found[key] = float(json.loads((folder / name).read_text(encoding="utf-8"))[key])
        if key not in found:
            found[key] = None
            say(f"{key} is not known: there is no {name} in {folder}")
    return found


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _load() -> str:
    return ", ".join(f"{each:.2f}" for each in os.getloadavg())


def _ticks() -> tuple[int, int]:
    """Ticks that the machine below took from this one since it started, and all ticks."""
    with suppress(OSError, IndexError):
        ticks = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return ticks[7], sum(ticks)
    return 0, 0


def main() -> None:
    """Install the peers, measure, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes, to see that it runs")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    parser.add_argument("--without", nargs="+", choices=tuple(PEERS), default=(), help="peers to leave out")
    parser.add_argument("--memory-requests", type=int, help="to one worker, to see whether its memory stays level")
    parser.add_argument(
        "--out",
        type=Path,
        help=f"folder of the report; {RESULTS.relative_to(ROOT)}, or {TRIED.relative_to(ROOT)} for a quick run",
    )
    given = parser.parse_args()
    size = QUICK if given.quick else FULL
    if given.memory_requests:
        size = replace(size, memory=given.memory_requests)
    out = given.out or (TRIED if given.quick else RESULTS)
    began = Began(time.monotonic(), _ticks())
    wanted = [peer for peer in PEERS if peer not in given.without]
    refused = install(wanted)
    for peer, reason in refused.items():
        say(f"{PEERS[peer]} is left out, it could not be installed: {reason}")
    servers = [
        each for each in SERVERS.values() if each.peer is None or (each.peer in wanted and each.peer not in refused)
    ]
    out.mkdir(parents=True, exist_ok=True)
    run = Run(size, given.only, servers, refused, out, began)
    with tempfile.TemporaryDirectory(prefix="situguard-speed-") as folder:
        uvloop.run(run.measure(Path(folder)))
    say(f"written to {out}")


if __name__ == "__main__":
    main()
