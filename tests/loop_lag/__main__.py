"""Send each shape twice at once, and ask /healthz all the while: python -m tests.loop_lag [NAME …]"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.chaos.proxy import SERVE, TREE, answers, free_ports
from tests.loop_lag.shapes import MEGABYTE, SHAPES, Shape
from tests.loop_lag.upstream import REPLIES, STREAMS

MOST_DELAY = 0.25  # seconds beyond a quiet answer of /healthz
MOST_MEMORY = 6  # times what was sent
SMALL = 24 * MEGABYTE  # and this much for each: twelve copies of the longest text, at four bytes a character
LARGEST_REPLY = 16 * MEGABYTE  # what a model may send counts as sent
AT_ONCE = 2
TRIES = 3  # of a shape that is over: the machine may have been busy with something else
QUIET_SECONDS = 3.0
SHAPE_SECONDS = 25.0  # for one try
ALL_SECONDS = 420.0
PROBE_SECONDS = 0.005  # between questions
TICK = os.sysconf("SC_CLK_TCK")


def configuration(upstream: int) -> dict[str, Any]:
    """A deployment for each reply, and one for the embedded model."""
    names = [*REPLIES, *STREAMS]
    models = {
        name: {"kind": "endpoint", "base_url": f"http://127.0.0.1:{upstream}/{name}/v1", "model": name, "breaker": 0}
        for name in names
    }
    deployments: dict[str, Any] = {name: {"model": name, "agents": {"model": "plain"}} for name in names}
    models["pocket"] = {"kind": "local", "path": "builtin:pocket"}
    deployments["pocket"] = {"model": "pocket", "prompts": "compact"}
    deployments["cot-spaces"] = {"model": "cot-spaces", "method": "cot"}
    deployments["judged"]["judge_reply"] = "all"
    return {"models": models, "deployments": deployments}


@dataclass
class Probe:
    """Asks /healthz again and again on a thread of its own."""

    port: int
    delays: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Probe:
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            while not self._over.is_set():
                began = time.perf_counter()
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                data = b""
                while not data.endswith(b'{"status":"ok"}'):
                    piece = connection.recv(4096)
                    if not piece:
                        raise ConnectionError("/healthz does not answer")
                    data += piece
                self.delays.append(time.perf_counter() - began)
                self._over.wait(PROBE_SECONDS)


@dataclass(frozen=True)
class Measured:
    """Of one try: statuses, seconds, and bytes."""

    statuses: tuple[int, ...]
    sent: int
    delay: float
    cpu: float
    peak: int

    def over(self, quiet: float) -> bool:
        return self.delay - quiet > MOST_DELAY or self.peak > MOST_MEMORY * self.sent + AT_ONCE * SMALL


def measure(shape: Shape, port: int, pid: int) -> Measured:
    """Send the shape twice at once."""
    body = shape.make()
    before, cpu = resident(pid), cpu_seconds(pid)
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
    statuses: list[int] = []
    senders = [threading.Thread(target=lambda: statuses.append(send(port, body))) for _ in range(AT_ONCE)]
    with Probe(port) as probe:
        for each in senders:
            each.start()
        for each in senders:
            each.join()
        time.sleep(0.1)
    peak = resident(pid, "VmHWM") - before
    sent = len(body) + (LARGEST_REPLY if shape.name.startswith("reply") else 0)
    return Measured(tuple(statuses), AT_ONCE * sent, max(probe.delays), cpu_seconds(pid) - cpu, peak)


def send(port: int, body: bytes) -> int:
    """The status; 0 where none came in time."""
    ends = time.monotonic() + SHAPE_SECONDS
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    status = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=SHAPE_SECONDS) as connection:
        connection.sendall(head.encode() + body)
        while time.monotonic() < ends and (piece := connection.recv(1 << 20)):
            status = status or piece[9:12]
    return int(status or 0)


def resident(pid: int, what: str = "VmRSS") -> int:
    """Bytes of the process itself; its decoders have a bound of their own."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:"))


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def main(names: list[str]) -> int:
    """Measure, and print a row for each shape. 1 where one is over a limit."""
    with tempfile.TemporaryDirectory() as folder:
        upstream = subprocess.Popen([sys.executable, "-m", "tests.loop_lag.upstream"], stdout=subprocess.PIPE, cwd=TREE)
        assert upstream.stdout is not None
        proxy, (port,) = None, free_ports(1)
        try:
            file = Path(folder) / "config.yaml"
            file.write_text(yaml.safe_dump(configuration(int(upstream.stdout.readline()))))
            options = ["--config", str(file), "--port", str(port), "--data", folder]
            with (Path(folder) / "log.txt").open("wb") as log:
                proxy = subprocess.Popen(
                    [sys.executable, "-c", SERVE, "serve", *options], cwd=TREE, stdout=log, stderr=log
                )
            while not answers(port, "/readyz"):
                if proxy.poll() is not None:
                    _say((Path(folder) / "log.txt").read_text())
                    return 1
                time.sleep(0.2)
            return _table([shape for shape in SHAPES if not names or shape.name in names], port, proxy.pid)
        finally:
            for process in (proxy, upstream):
                if process is not None:
                    process.terminate()
                    process.wait(30)


def _table(shapes: list[Shape], port: int, pid: int) -> int:
    with Probe(port) as probe:
        time.sleep(QUIET_SECONDS)
    quiet = sorted(probe.delays)[len(probe.delays) // 2]
    _say(f"/healthz of a quiet proxy: median {quiet * 1000:.1f} ms, largest {max(probe.delays) * 1000:.1f} ms")
    _say(f"limits: {MOST_DELAY * 1000:.0f} ms beyond it; {MOST_MEMORY} times what was sent and {SMALL // MEGABYTE} MB")
    _say(
        f"{'shape, twice at once':32} {'status':>8} {'sent MB':>8} {'delay ms':>9} "
        f"{'CPU s':>6} {'peak MB':>8} {'ratio':>6}"
    )
    over, ends = 0, time.monotonic() + ALL_SECONDS
    for shape in shapes:
        if time.monotonic() > ends:
            _say(f"{shape.name:32} not measured: out of time")
            over += 1
            continue
        tries = [measure(shape, port, pid)]
        while tries[-1].over(quiet) and len(tries) < TRIES:
            tries.append(measure(shape, port, pid))
        best = min(tries, key=lambda each: (each.over(quiet), each.delay))
        over += best.over(quiet)
        statuses = ",".join(str(status) for status in sorted(set(best.statuses)))
        sent, peak, delay = best.sent / MEGABYTE, best.peak / MEGABYTE, (best.delay - quiet) * 1000
        row = f"{shape.name:32} {statuses:>8} {sent:8.1f} {delay:9.1f} {best.cpu:6.2f} {peak:8.1f} {peak / sent:6.1f}"
        _say(row + ("  OVER" if best.over(quiet) else ""))
    _say(f"{over} of {len(shapes)} over a limit")
    return 1 if over else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
