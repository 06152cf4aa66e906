"""The bench: a model, the servers that run before it, and what became of those that do not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from subprocess import CalledProcessError

from benchmarks.speed.bodies import Body
from benchmarks.speed.client import Address, Amount, Load, calls_made, load, set_plan
from benchmarks.speed.processes import NotStarted, Running, on_core, running, two_cores
from benchmarks.speed.servers import DIRECT, ROOT, Contender, Server, Setup
from benchmarks.speed.upstream import Plan

SETTLED = 0.25  # seconds after the last answer; outcomes are still recorded


@dataclass(frozen=True)
class Asked:
    """What came of asking: `cpu` is the server's, in milliseconds per request; `calls` are per request too."""

    load: Load
    cpu: float | None
    calls: Mapping[str, float]


@dataclass
class Bench:
    """The servers that run. `missing` says why another does not, by its name."""

    folder: Path
    upstream: int
    core: int | None
    live: dict[str, Running] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)

    @asynccontextmanager
    async def serving(self, server: Server) -> AsyncIterator[None]:
        """Run a server while the block does; where a peer does not start, say why and go on without it.

        Raises `NotStarted` where it is one of our own.
        """
        folder = self.folder / server.name
        folder.mkdir(parents=True)
        async with AsyncExitStack() as stack:
            try:
                startable = server.prepare(Setup(folder, self.upstream))
                self.live[server.name] = await stack.enter_async_context(running(startable.program, self.core))
                self.addresses[server.name] = startable.address
                say(f"{server.name} serves")
            except (NotStarted, OSError, CalledProcessError) as error:
                if server.peer is None:
                    raise
                self.missing[server.name] = str(error)
                say(f"{server.name} is left out: {error}")
            yield
            self.live.pop(server.name, None)

    def has(self, contender: Contender) -> bool:
        """Whether it can be asked."""
        return contender is DIRECT or contender.server in self.live

    async def ask(self, contender: Contender, body: Body, plan: Plan, amount: Amount, *, clients: int = 1) -> Asked:
        """Ask a contender, whose model and guard are as the plan says."""
        server = self.live.get(contender.server)
        address = Address(self.upstream) if contender is DIRECT else self.addresses[contender.server]
        await set_plan(self.upstream, plan)
        before = server.cpu_seconds if server else 0.0
        taken = await load(address, body, self.numbers, clients=clients, amount=amount)
        await asyncio.sleep(SETTLED)
        requests = max(len(taken.answers), 1)
        cpu = 1000 * (server.cpu_seconds - before) / requests if server else None
        return Asked(taken, cpu, {name: made / requests for name, made in (await calls_made(self.upstream)).items()})


@asynccontextmanager
async def bench(folder: Path, servers: Iterable[Server]) -> AsyncIterator[Bench]:
    """The models' side and this process on one core, and these servers on the other."""
    core, ours = two_cores()
    if ours is None:
        say("only one core may be used here: the servers share it with the model and the client")
    async with AsyncExitStack() as stack:
        stack.enter_context(on_core(ours))
        made = Bench(folder, await stack.enter_async_context(models()), core)
        for server in servers:
            await stack.enter_async_context(made.serving(server))
        yield made


@asynccontextmanager
async def models() -> AsyncIterator[int]:
    """The models' side, on the core that this process is on; its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.speed.upstream"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None:
            raise NotStarted("the model has no output")
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


def say(line: str) -> None:
    """Tell whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
