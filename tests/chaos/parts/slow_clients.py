"""Slow clients: half-sent headers, bodies that drip, answers that nobody reads. Each is let go by its deadline."""

from __future__ import annotations

import asyncio
import math
import random
import socket
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from service.middleware.connection_deadlines import ConnectionLimits
from tests.chaos.client import Seen, request
from tests.chaos.figures import Figure, Section
from tests.chaos.load import together
from tests.chaos.plan import Plan, crossed, new_id
from tests.chaos.proxy import PATIENT, Proxy, running
from tests.chaos.size import SEED, Size
from tests.chaos.upstream import Upstream, upstream

LIMITS = ConnectionLimits()
GRACE = 1.0  # seconds
CALM_SECONDS = 5.0  # of ordinary traffic, to compare with
DRIP_SECONDS = 1.0
LOOK = 0.1  # seconds between looks at who is still connected
NORMAL_AT_ONCE = 4
MEGABYTES = 6  # of an answer that nobody reads: more than the kernel's buffers take
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
BODY = HEAD + b"Content-Length: 4000\r\n\r\n{"


@dataclass(frozen=True)
class Slow:
    """A kind of slow client: how many, what each says, and by when it must be let go."""

    kind: str
    count: int
    says: bytes
    drips: bytes
    deadline: float


@dataclass(frozen=True)
class Fate:
    """Seconds until the proxy let one go."""

    kind: str
    seconds: float
    deadline: float


async def slow_clients(size: Size) -> list[Section]:
    """G9. Bodies and readers have a minute; only the whole run waits for them."""
    kinds = [
        Slow("half-sent headers", size.of(200, 5), HEAD, b"", LIMITS.head_seconds),
        Slow("dripping headers", size.of(200, 5), HEAD, b"X: y\r\n", LIMITS.head_seconds),
    ]
    if size.full:
        kinds.append(Slow("dripping bodies", size.of(200), BODY, b" ", LIMITS.body_seconds))
    calm_seconds = max(1.0, CALM_SECONDS * size.share)
    with TemporaryDirectory() as folder:
        async with upstream() as rig, running(Path(folder), rig.url, PATIENT) as proxy:
            calm = await _normal(rig, proxy, asyncio.create_task(asyncio.sleep(calm_seconds)), SEED + 90)
            idle = proxy.megabytes
            slow = asyncio.ensure_future(_all(kinds, 10 if size.full else 0, rig, proxy))
            beside = await _normal(rig, proxy, slow, SEED + 91)
            fates = await slow
            grown = proxy.megabytes - idle
    return [
        Section(
            "G9 slow clients",
            [*_fates(fates, GRACE * size.slack), *_others(calm, beside, grown)],
            [asdict(fate) for fate in fates],
        )
    ]


async def _all(kinds: Sequence[Slow], mute: int, rig: Upstream, proxy: Proxy) -> list[Fate]:
    watch = Watch(proxy.port)
    looking = asyncio.create_task(watch.keep_looking())
    slow = [_slow(kind, watch) for kind in kinds for _ in range(kind.count)]
    dice = random.Random(SEED + 92)
    unread = [_mute(Plan(new_id(dice), streamed=bool(turn % 2), long=MEGABYTES), rig, watch) for turn in range(mute)]
    fates = await asyncio.gather(*slow, *unread)
    looking.cancel()
    return fates


async def _slow(kind: Slow, watch: Watch) -> Fate:
    """Say it, then drip until let go."""
    _, writer = await asyncio.open_connection("127.0.0.1", watch.port)
    began = time.monotonic()
    writer.write(kind.says)
    dripping = asyncio.create_task(_drip(writer, kind.drips))
    await asyncio.sleep(2 * LOOK)
    await watch.until_let_go(writer.get_extra_info("sockname")[1])
    dripping.cancel()
    writer.transport.abort()
    return Fate(kind.kind, time.monotonic() - began, kind.deadline)


async def _drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    while drop:
        writer.write(drop)
        await asyncio.sleep(DRIP_SECONDS)


async def _mute(plan: Plan, rig: Upstream, watch: Watch) -> Fate:
    """Ask for a long answer and read nothing."""
    rig.expect(plan)
    loop = asyncio.get_running_loop()
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        mute.setblocking(False)
        await loop.sock_connect(mute, ("127.0.0.1", watch.port))
        await loop.sock_sendall(mute, request(plan))
        began = time.monotonic()
        await asyncio.sleep(2 * LOOK)
        await watch.until_let_go(mute.getsockname()[1])
    # The answer itself takes a moment to come.
    return Fate("answers not read", time.monotonic() - began, LIMITS.unread_seconds + LIMITS.check_seconds)


class Watch:
    """Which clients the proxy still holds, by the kernel's account: a connection without a holder has no inode."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._held = self._look()

    async def until_let_go(self, client: int) -> None:
        """Return once the connection to this port of a client is nobody's."""
        while client in self._held:  # noqa: ASYNC110 the kernel sets no event
            await asyncio.sleep(LOOK)

    async def keep_looking(self) -> None:
        while True:
            self._held = self._look()
            await asyncio.sleep(LOOK)

    def _look(self) -> frozenset[int]:
        rows = [line.split()[:10] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        mine = [row[2] for row in rows if int(row[1].split(":")[1], 16) == self.port and row[9] != "0"]
        return frozenset(int(remote.split(":")[1], 16) for remote in mine)


async def _normal(rig: Upstream, proxy: Proxy, until: asyncio.Future[Any], seed: int) -> list[Seen]:
    """Ordinary traffic until something is done."""
    plans = takewhile(lambda _: not until.done(), crossed(1_000_000, seed))
    return await together(plans, rig, proxy, at_once=NORMAL_AT_ONCE)


def _fates(fates: Sequence[Fate], grace: float) -> list[Figure]:
    figures = []
    for kind in dict.fromkeys(fate.kind for fate in fates):
        mine = [fate for fate in fates if fate.kind == kind]
        longest = max(fate.seconds for fate in mine)
        figures += [
            Figure(kind, len(mine)),
            Figure(f"{kind}: the last let go after, s", round(longest, 1), most=mine[0].deadline + grace),
        ]
    return figures


def _others(calm: Sequence[Seen], beside: Sequence[Seen], grown: float) -> list[Figure]:
    return [
        Figure("ordinary requests meanwhile", len(beside), least=1),
        Figure("of these, not answered", sum(each.status != 200 for each in beside), 0),
        Figure("99 of 100 are answered within, s", _p99(beside)),
        Figure("without slow clients, within, s", _p99(calm)),
        Figure("memory above idle, MB", round(grown, 1), most=512),
    ]


def _p99(seen: Sequence[Seen]) -> float:
    times = sorted(each.seconds for each in seen)
    return round(times[math.ceil(len(times) * 0.99) - 1], 3) if times else 0.0
