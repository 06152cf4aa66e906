"""Starts a proxy for a benchmark, as a separate program on a free loopback port, and stops it afterwards.

Benchmarks speak to the guard over HTTP, as any client does: what is measured is what is deployed.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.errors import BenchmarkError

# The service is named in this program and never imported here. The program's standard input is a pipe that nobody
# writes to. The pipe closes when the starter ends, even by SIGKILL, and then the proxy shuts down in order. It takes
# its data folder with it, since the starter may be gone: the server passes SIGTERM on once it is down, hence the
# handler.
SERVE = """
import os, signal, sys, tempfile, threading

def follow():
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
threading.Thread(target=follow, daemon=True).start()

with tempfile.TemporaryDirectory(prefix="situguard-bench-") as data:
    sys.argv += [] if "--data" in sys.argv else ["--data", data]
    from service.cli.main import app
    app()
"""
DEMO_ARMS = "demo_arms.yaml"  # a configuration with every arm over the embedded model
SITUGUARD = (sys.executable, "-c", SERVE)
START_SECONDS = 900  # enough to load a large checkpoint from a slow disk on a busy machine
STOP_SECONDS = 20  # enough to finish the requests under way


class ProxyDidNotStart(BenchmarkError):
    """The proxy ended or was not ready in time; what it said is on standard error."""


@contextmanager
def running_proxy(*arguments: str) -> Iterator[str]:
    """Start `situguard serve` with these arguments; the base URL of its API, `/v1` included.

    Its records go with it, unless the arguments name a folder for `--data`.
    """
    port = free_port()
    command = [*SITUGUARD, "serve", "--port", str(port), *arguments]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        try:
            _await_ready(process, f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=2) as reply:  # noqa: S310 - loopback, http
                if reply.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise ProxyDidNotStart(f"the proxy was not ready on {url}")
