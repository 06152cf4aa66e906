"""The proxy under test: the real command in a process of its own, from this tree or from a copy of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TREE = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
JUDGE_SECONDS, ANSWER_SECONDS = 4.0, 5.0  # what two busy cores need for a healthy request, and much to spare
SERVE = "from service.cli.main import app; app()"
MODELS = ("answers", "judges")


@dataclass
class Proxy:
    """A running one."""

    port: int
    folder: Path
    process: asyncio.subprocess.Process

    @property
    def rss(self) -> int:
        """Bytes of memory that it holds."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @property
    def files(self) -> int:
        """Open files and sockets."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def kill(self) -> None:
        self.process.kill()

    async def stop(self) -> None:
        """End it as an operator does, and the hard way where that takes too long."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), 20)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


def configuration(upstream: str, **limits: float) -> dict[str, Any]:
    """Two deployments, one closed and one open, over the fault upstream."""
    bounds = {"judge_seconds": JUDGE_SECONDS, "answer_seconds": ANSWER_SECONDS, **limits}
    common = {
        "model": "answers",
        "agents": {"model": "judges"},
        "prompts": "compact",
        "explain": "full",
        "limits": bounds,
    }
    models = {
        name: {"kind": "endpoint", "base_url": upstream, "model": name, "retries": 0, "breaker": 0, "concurrency": 1024}
        for name in MODELS
    }
    return {"models": models, "deployments": {"closed": common, "open": {**common, "on_failure": "open"}}}


@asynccontextmanager
async def running(
    folder: Path,
    upstream: str,
    *,
    tree: Path = TREE,
    prefix: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> AsyncIterator[Proxy]:
    """Serve from `tree`, with records in `folder`; `prefix` is a command to run it under (strace)."""
    proxy = await start(folder, upstream, tree=tree, prefix=prefix, config=config)
    try:
        yield proxy
    finally:
        await proxy.stop()


async def start(
    folder: Path,
    upstream: str,
    *,
    tree: Path = TREE,
    prefix: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> Proxy:
    """Start one and wait until it is ready."""
    file = _written(folder, config or configuration(upstream))
    port = free_port()
    command = [*prefix, sys.executable, "-c", SERVE, "serve", "--config", str(file), "--port", str(port)]
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            "--data",
            str(folder),
            cwd=tree,
            env={**os.environ, "PYTHONPATH": str(tree)},
            stdout=log,
            stderr=log,
        )
    proxy = Proxy(port, folder, process)
    await _ready(proxy)
    return proxy


def _written(folder: Path, config: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(dict(config)))
    return file


class NotStarted(Exception):
    """The proxy did not become ready; its log says why."""


async def _ready(proxy: Proxy) -> None:
    for _ in range(int(START_SECONDS / 0.1)):
        if proxy.process.returncode is not None:
            break
        if await asyncio.to_thread(answers, proxy.port, "/readyz"):
            return
        await asyncio.sleep(0.1)
    proxy.kill()
    raise NotStarted((proxy.folder / "log.txt").read_text()[-2000:])


def answers(port: int, path: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Row:
    """A record as it lies in the file."""

    kind: str
    id: str
    body: dict[str, Any]


def records(folder: Path) -> list[Row]:
    """All of them, oldest first."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        rows = database.execute("SELECT kind, id, body FROM records ORDER BY rowid").fetchall()
    return [Row(kind, name, json.loads(body)) for kind, name, body in rows]


def is_sound(folder: Path) -> bool:
    """SQLite's own check of the whole file."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


def decided_ids(folder: Path) -> frozenset[str]:
    """The ids of all decisions on disk."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        return frozenset(name for (name,) in database.execute("SELECT id FROM records WHERE kind = 'decision'"))
