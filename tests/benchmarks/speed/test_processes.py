"""Programs that are measured: their CPU time with all below them, and a start that fails is told."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.proxy import free_port
from benchmarks.speed.processes import (
    NotStarted,
    Program,
    cpu_seconds,
    ended_children_seconds,
    on_core,
    running,
    tree,
)

# A server whose child works hard once and then waits.
FORKED = """
import http.server, os, sys, time
read, write = os.pipe()
if os.fork() == 0:
    began = time.process_time()
    while time.process_time() - began < 0.2:
        pass
    os.write(write, b"x")
    time.sleep(60)
os.read(read, 1)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


async def test_what_a_program_starts_is_part_of_its_cpu_time_and_is_ended_with_it(tmp_path: Path) -> None:
    port = free_port()
    program = Program((sys.executable, "-c", FORKED, str(port)), f"http://127.0.0.1:{port}/", folder=tmp_path)
    core = min(os.sched_getaffinity(0))
    async with running(program, core) as process:
        own, child = tree(process.pid)
        assert process.cpu_seconds >= cpu_seconds(child) >= 0.2
        assert os.sched_getaffinity(child) == {core}
        assert process.megabytes > 1
    async with asyncio.timeout(20):
        while runs(own) or runs(child):  # noqa: ASYNC110 nobody tells when a signal has arrived
            await asyncio.sleep(0.05)


def test_the_time_of_a_child_that_has_ended_is_kept() -> None:
    before = ended_children_seconds(os.getpid())
    work = "import time\nwhile time.process_time() < 0.2: pass"
    subprocess.run([sys.executable, "-c", work], check=True)
    assert ended_children_seconds(os.getpid()) - before >= 0.15


def runs(pid: int) -> bool:
    """Whether it runs: what was killed may stay in the table until its parent looks."""
    with suppress(OSError):
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    return False


async def test_a_program_that_ends_says_why(tmp_path: Path) -> None:
    program = Program((sys.executable, "-c", "raise SystemExit('no such model')"), "http://127.0.0.1:1/", {}, tmp_path)
    with pytest.raises(NotStarted, match="no such model"):
        async with running(program):
            pass


def test_a_core_is_kept_for_a_while_only() -> None:
    before = os.sched_getaffinity(0)
    with on_core(min(before)):
        assert os.sched_getaffinity(0) == {min(before)}
    assert os.sched_getaffinity(0) == before


def test_a_process_that_is_gone_takes_no_time() -> None:
    assert cpu_seconds(2**22 + 1) == 0
