"""A flame graph of a worker that answers guarded requests (py-spy)."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from benchmarks.speed.bench import Bench
from benchmarks.speed.bodies import body
from benchmarks.speed.client import Amount
from benchmarks.speed.servers import CONTENDERS
from benchmarks.speed.upstream import Plan

HERTZ = 200
STARTING = 2.0  # seconds that py-spy takes to begin and to write
CLIENTS = 16


async def draw(bench: Bench, into: Path, seconds: float) -> str:
    """Write the graph; why there is none, where there is none."""
    guarded = CONTENDERS["guarded"]
    program = Path(sys.executable).with_name("py-spy")
    if not program.exists():
        return "py-spy is not installed here"
    options = (
        "--pid",
        str(bench.live[guarded.server].pid),
        "--rate",
        str(HERTZ),
        "--nonblocking",
        "--output",
        str(into),
    )
    spy = await asyncio.create_subprocess_exec(
        *(str(program), "record", "--duration", str(max(round(seconds), 1)), *options),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    amount = Amount(seconds=seconds + STARTING)
    _, (_, errors) = await asyncio.gather(
        bench.ask(guarded, body(guarded.model), Plan(), amount, clients=CLIENTS), spy.communicate()
    )
    if spy.returncode:
        lines = errors.decode(errors="replace").strip().splitlines()
        return f"py-spy may not look at a process here: {lines[-1] if lines else spy.returncode}"
    without_places(into, program)
    return ""


def without_places(graph: Path, program: Path) -> None:
    """Take this machine's folders out of the command that the graph names."""
    text = graph.read_text(encoding="utf-8")
    graph.write_text(text.replace(str(program), program.name).replace(str(graph), graph.name), encoding="utf-8")
