"""A small sample of the whole: two servers, few requests, a report. Peers are not installed here."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.proxy import free_port
from benchmarks.speed import flame, report
from benchmarks.speed.bench import bench
from benchmarks.speed.cases import CASES, QUICK
from benchmarks.speed.client import Address
from benchmarks.speed.growth import grow
from benchmarks.speed.memory import level, worker_memory
from benchmarks.speed.processes import Program
from benchmarks.speed.results import Results
from benchmarks.speed.rounds import play
from benchmarks.speed.servers import SERVERS, Server, Setup, Startable

TINY = replace(QUICK, seconds=0.0, turns=(1, 3), pictures=(1, 2), clients=(1, 4), records=(1, 60), memory=20)
SAMPLE = [case for case in CASES if case.name in {"text-16", "picture-50-1", "beside", "first-word"}]


def broken(setup: Setup) -> Startable:
    program = Program(
        (sys.executable, "-c", "raise SystemExit('cannot start')"), "http://127.0.0.1:1/", {}, setup.folder
    )
    return Startable(program, Address(free_port()))


async def test_two_servers_are_measured_and_one_that_does_not_start_is_named(tmp_path: Path) -> None:
    servers = [Server("nemo", broken, "nemo"), SERVERS["fastapi"], SERVERS["situguard"]]
    out = tmp_path / "report"
    out.mkdir()
    async with bench(tmp_path / "servers", servers) as made:
        samples = await play(made, SAMPLE, TINY)
        memory, kept = await worker_memory(made, TINY.first), await level(made, TINY.memory)
        curves = await grow(made, TINY)
        no_flame = await flame.draw(made, out / report.FLAME, 0.5)
        missing = dict(made.missing)
    assert "cannot start" in missing["nemo"]
    assert not [each.told for each in samples if each.failed]
    calls = {(each.case, each.contender): dict(each.calls) for each in samples}
    assert calls["text-16", "fastapi"] == {"answer": 1}
    assert calls["text-16", "three"] == {"answer": 1, "judge": 2}
    assert calls["picture-50-1", "three"] == {"answer": 1, "judge": 3}
    assert all(each.cpu for each in samples if each.contender != "direct")
    assert memory["guarded"] > memory["fastapi"] > 10
    assert [len(curve.points) for curve in curves] == [2] * 4
    assert (out / report.FLAME).exists() or no_flame.startswith("py-spy")
    report.write(out, Results(samples, curves, memory, kept, missing=missing), {"size": "tiny"}, no_flame)
    text = (out / "speed.md").read_text(encoding="utf-8")
    assert "left out: nemo" in text
    assert "Situguard, 3 agents" in text
