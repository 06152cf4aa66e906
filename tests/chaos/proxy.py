"""The proxy under test: the real command in a process of its own, from this tree or from a copy of it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.chaos.ledger import DATABASE

TREE = Path(__file__).resolve().parents[2]
START_SECONDS = 300.0
STOP_SECONDS = 120.0
REPLY_SECONDS = 30.0  # of a GET that says how it is
STARTS = 3  # tries to start, where a port is taken between being looked for and being used
TAKEN = "Address already in use"
SERVE = "from service.cli.main import app; app()"
ADMIN = "the-administrator-of-the-chaos-rig"
HOLD_SECONDS = "300"  # a stream's head waits for a verdict that is late, so that its status says what became of it
DOWN = "down"  # the model that judges, and fails the proxy's own question
MODELS = ("answers", "judges", DOWN)
UNAIDED = {"retries": 0, "breaker": 0, "concurrency": 1024}  # no help that would hide what a fault does


@dataclass(frozen=True)
class Patience:
    """A deployment's deadlines, in seconds: what two busy cores need for a healthy request, and much to spare."""

    judge_seconds: float = 4.0
    answer_seconds: float = 5.0

    @property
    def grace(self) -> float:
        """Seconds past a deadline, and until a client's leaving frees its calls, that are no fault."""
        return self.judge_seconds / 4


@dataclass
class Proxy:
    """A running one."""

    port: int
    admin_port: int
    folder: Path
    process: asyncio.subprocess.Process

    @property
    def megabytes(self) -> float:
        """Memory that it and its decoders hold, what they share counted for each."""
        return self.worker_megabytes + sum(self.decoder_megabytes)

    @property
    def worker_megabytes(self) -> float:
        """Memory that it holds itself."""
        return _resident(self.process.pid) / 1024**2

    @property
    def decoder_megabytes(self) -> tuple[float, ...]:
        """Memory of each process that decodes pictures for it."""
        return tuple(_resident(pid) / 1024**2 for pid in _children(self.process.pid))

    @property
    def files(self) -> int:
        """Open files and sockets, but for the database's: its pool opens more as load wants, up to a bound."""
        return sum(DATABASE not in target for target in _targets(self.process.pid))

    def kill(self) -> None:
        """The hard way; nothing where it has ended."""
        if self.process.returncode is None:
            self.process.kill()

    async def stop(self) -> None:
        """End it as an operator does, and the hard way where that takes too long."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@dataclass(frozen=True)
class Setup:
    """What is served: the tree it comes from, its deadlines, further settings of both models and of the process."""

    tree: Path = TREE
    patience: Patience = Patience()
    model: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def configuration(self, upstream: str) -> dict[str, Any]:
        """Deployments over the fault upstream: one closed, one open, and one open whose judge is down."""
        common = {
            "model": "answers",
            "agents": {"model": "judges"},
            "prompts": "compact",
            "explain": "full",
            "limits": vars(self.patience),
        }
        models = {
            name: {"kind": "endpoint", "base_url": upstream, "model": name, **UNAIDED, **self.model} for name in MODELS
        }
        opened = {**common, "on_failure": "open"}
        deployments = {"closed": common, "open": opened, "outage": {**opened, "agents": {"model": DOWN}}}
        return {"models": models, "deployments": deployments}


# Where it is not the deployment's own deadlines that are tried.
PATIENT = Setup(patience=Patience(judge_seconds=120.0, answer_seconds=120.0))


@asynccontextmanager
async def running(folder: Path, upstream: str, setup: Setup | None = None) -> AsyncIterator[Proxy]:
    """Serve, with records in `folder`."""
    proxy = await start(folder, upstream, setup)
    try:
        yield proxy
    finally:
        await proxy.stop()


async def start(folder: Path, upstream: str, setup: Setup | None = None) -> Proxy:
    """Start one and wait until it is ready. A port that somebody else took meanwhile is exchanged for another."""
    for attempt in range(1, STARTS + 1):
        proxy = await launch(folder, upstream, setup)
        try:
            await ready(proxy)
        except NotStarted as error:
            if attempt == STARTS or TAKEN not in str(error):
                raise
        else:
            return proxy
    raise AssertionError


async def launch(folder: Path, upstream: str, setup: Setup | None = None) -> Proxy:
    """Start one, and do not wait."""
    setup = setup or Setup()
    file = _written(folder, setup.configuration(upstream))
    port, admin_port = free_ports(2)
    options = {"config": file, "port": port, "admin-port": admin_port, "data": folder}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-c", SERVE, "serve", *words]
    ours = {"PYTHONPATH": str(setup.tree), "SITUGUARD_ADMIN_TOKEN": ADMIN, "SITUGUARD_HOLD_SECONDS": HOLD_SECONDS}
    environment = {**os.environ, **ours, **setup.environment}
    with (folder / "log.txt").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=setup.tree, env=environment, stdout=log, stderr=log
        )
    return Proxy(port, admin_port, folder, process)


def _written(folder: Path, config: Mapping[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(dict(config)))
    return file


class NotStarted(Exception):
    """The proxy did not become ready; its log says why."""


async def ready(proxy: Proxy) -> None:
    """Wait until it is; raises `NotStarted`."""
    for _ in range(int(START_SECONDS / 0.1)):
        if proxy.process.returncode is not None:
            break
        if await asyncio.to_thread(answers, proxy.port, "/readyz"):
            return
        await asyncio.sleep(0.1)
    proxy.kill()
    raise NotStarted((proxy.folder / "log.txt").read_text()[-2000:])


def _resident(pid: int) -> int:
    """Bytes; none of a process that has just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _targets(pid: int) -> Iterator[str]:
    """What the descriptors of a process lead to; not those that were closed meanwhile."""
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            yield os.readlink(each)


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def answers(port: int, path: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=REPLY_SECONDS) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def free_ports(count: int) -> list[int]:
    """Ports of loopback that are free now, each another one."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]
