"""The race: two processes over one data folder, requests to both, and changes by the admin API meanwhile.

Each change switches agents of the deployment; one in five is invalid. After it, each record's version must explain
which agents ran, and no request may have failed.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from benchmarks.speed.bench import models
from service.database.files import is_held
from tests.measure.cpu import SERVE

ROOT = Path(__file__).resolve().parents[2]
ADMIN_TOKEN = "t" * 40
START_SECONDS = 120
CLIENTS = 8  # requests under way at once
INVALID_EVERY = 5
AGENTS = ("intent", "visual")  # that are switched; the situation agent decides throughout
QUESTION = {"model": "kitchen", "messages": [{"role": "user", "content": "How do I practise my golf swing here?"}]}


@dataclass
class Race:
    """What happened. Every list but the first two must be empty; memory is in bytes, by process."""

    acknowledged: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)  # requests without a 200
    let_through: list[str] = field(default_factory=list)  # invalid changes that were not refused
    refused: list[str] = field(default_factory=list)  # valid changes that were not applied
    late: list[str] = field(default_factory=list)  # a 200 for a change, and a process that served another version
    unexplained: list[str] = field(default_factory=list)  # records whose version does not explain the agents that ran
    requests: int = 0
    memory: list[tuple[int, int]] = field(default_factory=list)  # early in the race, and at its end

    @property
    def faults(self) -> list[str]:
        """All that must not have happened."""
        return [*self.failed, *self.let_through, *self.refused, *self.late, *self.unexplained]


async def run(folder: Path, requests: int) -> Race:
    """Race until so many requests are answered."""
    race = Race()
    async with AsyncExitStack() as held:
        upstream = await held.enter_async_context(models())
        config = folder / "guard.yaml"
        model = {"kind": "endpoint", "base_url": f"http://127.0.0.1:{upstream}/v1", "model": "scripted"}
        config.write_text(yaml.safe_dump({"models": {"m": model}, "deployments": {"kitchen": {"model": "m"}}}))
        ports = [_free_port() for _ in range(3)]
        first = await held.enter_async_context(_serving(folder, ports[0], "--admin-port", str(ports[2])))
        second = await held.enter_async_context(_serving(folder, ports[1]))
        client = await held.enter_async_context(aiohttp.ClientSession())
        pids = (first, second)
        turns = itertools.count()
        early = asyncio.Event()

        async def ask() -> None:
            while (number := next(turns)) < requests:
                port = ports[number % 2]
                async with client.post(f"http://127.0.0.1:{port}/v1/chat/completions", json=QUESTION) as reply:
                    if reply.status != 200:
                        race.failed.append(f"request {number}: {reply.status} {await reply.text()}")
                race.requests += 1
                if race.requests >= requests // 4 and not early.is_set():
                    race.memory = [(_memory(pid), 0) for pid in pids]
                    early.set()

        changes = asyncio.create_task(_change(race, client, f"http://127.0.0.1:{ports[2]}/admin", folder))
        await asyncio.gather(*(ask() for _ in range(CLIENTS)))
        changes.cancel()
        with suppress(asyncio.CancelledError):
            await changes
        race.memory = [(before, _memory(pid)) for (before, _), pid in zip(race.memory, pids, strict=True)]
    race.unexplained = list(_unexplained(folder / "data"))
    return race


async def _change(race: Race, client: aiohttp.ClientSession, admin: str, folder: Path) -> None:
    """Change as fast as changes are acknowledged, for as long as nobody cancels it."""
    headers = {"authorization": f"Bearer {ADMIN_TOKEN}"}
    for number in itertools.count(1):
        patch: dict[str, Any] = {"agents": {name: bool(number >> place & 1) for place, name in enumerate(AGENTS)}}
        invalid = number % INVALID_EVERY == 0
        if invalid:
            patch["agents"]["visul"] = False
        began = time.monotonic()
        async with client.patch(f"{admin}/deployments/kitchen", json=patch, headers=headers) as reply:
            told = await reply.json()
            if invalid and reply.status != 400:
                race.let_through.append(f"change {number}: {reply.status} {told}")
            elif not invalid and reply.status != 200:
                race.refused.append(f"change {number}: {reply.status} {told}")
            elif not invalid:
                race.seconds.append(time.monotonic() - began)
                race.acknowledged.append(told["version"])
                serving = await asyncio.to_thread(_served, folder / "data")
                race.late += [f"{told['version']}: a process serves {each}" for each in serving - {told["version"]}]


def _served(folder: Path) -> set[int]:
    """The versions that living processes serve, as they say themselves."""
    with closing(sqlite3.connect(folder / "records.sqlite3", timeout=10)) as database:
        rows = database.execute("SELECT process, serving FROM configuration_processes").fetchall()
    return {serving for process, serving in rows if is_held(folder, process)}


def _unexplained(folder: Path) -> Iterator[str]:
    """Records whose version does not explain the agents that ran."""
    with closing(sqlite3.connect(folder / "records.sqlite3")) as database:
        stated = dict(database.execute("SELECT number, document FROM configuration_versions WHERE state = 'committed'"))
        bodies = database.execute("SELECT id, body FROM records WHERE kind = 'decision'").fetchall()
    for decision, text in bodies:
        body = json.loads(text)
        agents = json.loads(stated[body["version"]])["deployments"]["kitchen"].get("agents", {})
        expected = {"situation", *(name for name in AGENTS if agents.get(name, {}).get("enabled", True))}
        ran = {each["agent"] for each in body["agents"]} - {"onlooker"}  # which runs where both others do
        if ran != expected:
            yield f"{decision}: version {body['version']} has {sorted(expected)}, and {sorted(ran)} ran"


@asynccontextmanager
async def _serving(folder: Path, port: int, *options: str) -> AsyncIterator[int]:
    """A process that serves; yields its id."""
    words = ("serve", "--config", str(folder / "guard.yaml"), "--port", str(port), "--data", str(folder / "data"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVE, *words, *options),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SITUGUARD_ADMIN_TOKEN": ADMIN_TOKEN},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as client, asyncio.timeout(START_SECONDS):
            await _ready(client, f"http://127.0.0.1:{port}/readyz")
        yield process.pid
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


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _memory(pid: int) -> int:
    """Resident memory of a process, in bytes."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
