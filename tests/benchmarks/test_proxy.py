"""A proxy that was started for a benchmark ends with it, whatever becomes of the benchmark."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.proxy import running_proxy

# Its model is nowhere: starting asks nothing of it.
CONFIG = """
models: {nowhere: {kind: endpoint, base_url: "http://127.0.0.1:9/v1", model: none}}
deployments: {guarded: {model: nowhere}}
"""
OWNER = """
import sys
from benchmarks.proxy import running_proxy
with running_proxy("--config", sys.argv[1]) as url:
    print(url, flush=True)
    input()
"""
GONE_SECONDS = 60  # a bound for a test, not a promise


def listens(url: str) -> bool:
    where = urlsplit(url)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=5).close()
    except OSError:
        return False
    return True


def gone(url: str) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while time.monotonic() < deadline:
        if not listens(url):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "guard.yaml"
    path.write_text(CONFIG)
    return str(path)


def test_a_proxy_ends_with_the_block_that_it_was_started_for(config: str) -> None:
    with running_proxy("--config", config) as url:
        assert listens(url)
    assert not listens(url)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_a_proxy_ends_when_its_owner_is_killed_and_takes_its_data_with_it(
    config: str, ending: signal.Signals, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        (sys.executable, "-c", OWNER, config),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as owner:
        assert owner.stdout
        url = owner.stdout.readline().strip()
        assert listens(url)
        assert len(list(temporary.iterdir())) == 1
        owner.send_signal(ending)
    assert gone(url)
    deadline = time.monotonic() + GONE_SECONDS
    while list(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not list(temporary.iterdir())
