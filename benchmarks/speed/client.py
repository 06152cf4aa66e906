"""The client: so many connections, each asking again once it is answered, and the time of every answer.

Written on bare streams, since it shares a core with the model: it takes less than a tenth of a millisecond a request.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.speed.bodies import Body
from benchmarks.speed.replies import ANSWER
from benchmarks.speed.upstream import Plan, plan_body

FIRST_WORD, LAST_WORD = (ANSWER.split()[place].encode() for place in (0, -1))
LIMIT = 2**20
LONGEST = 120  # seconds until an answer counts as failed


@dataclass(frozen=True)
class Address:
    """Where a server listens, and what it wants to see in each request."""

    port: int
    path: str = "/v1/chat/completions"
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(self, body: bytes) -> bytes:
        """The bytes of a whole request."""
        lines = [f"{name}: {value}" for name, value in self.headers.items()]
        top = f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
        return (top + "".join(f"{line}\r\n" for line in lines) + f"Content-Length: {len(body)}\r\n\r\n").encode() + body


@dataclass(frozen=True)
class Answer:
    """One answer. Milliseconds to its first word, and to its end. `good`: it is the model's own, to the end."""

    first: float
    total: float
    good: bool
    told: str = ""


@dataclass
class Load:
    """Answers so far, how many requests were begun, and how long it took in seconds."""

    answers: list[Answer] = field(default_factory=list)
    begun: int = 0
    seconds: float = 0.0

    @property
    def good(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.good]


@dataclass(frozen=True)
class Amount:
    """How much to ask: for at least so many seconds, and at least so many requests."""

    seconds: float = 0.0
    requests: int = 1


@dataclass
class Connection:
    """A connection that is kept."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> Answer:
        """Send a request and take its answer."""
        began = time.perf_counter()
        first: list[float] = []
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        said = bytearray()
        async for piece in self._pieces(head.lower()):
            said += piece
            if not first and FIRST_WORD in said:
                first.append(time.perf_counter() - began)
        total = time.perf_counter() - began
        good = head[9:12] == b"200" and LAST_WORD in said
        told = "" if good else (head[9:12] + b" " + said[:300]).decode(errors="replace")
        return Answer(1000 * (first[0] if first else total), 1000 * total, good, told)

    async def _pieces(self, head: bytes) -> AsyncIterator[bytes]:
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                yield await self.reader.readexactly(int(line.partition(b":")[2]))
                return
        while size := int(await self.reader.readline(), 16):
            yield await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()


@asynccontextmanager
async def connection(port: int) -> AsyncIterator[Connection]:
    """A connection to a port of loopback."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LIMIT)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()


async def load(address: Address, body: Body, numbers: Iterator[int], *, clients: int, amount: Amount) -> Load:
    """Ask with so many clients at once, each on a connection of its own. A client ends where an answer fails."""
    taken, began = Load(), time.perf_counter()

    def enough() -> bool:
        return taken.begun >= amount.requests and time.perf_counter() - began >= amount.seconds

    async def client() -> None:
        try:
            async with connection(address.port) as line:
                while not enough():
                    taken.begun += 1
                    request = address.request(body.numbered(next(numbers)))
                    async with asyncio.timeout(LONGEST):
                        taken.answers.append(await line.ask(request))
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            taken.answers.append(Answer(0, 0, good=False, told=repr(error)))

    await asyncio.gather(*(client() for _ in range(clients)))
    taken.seconds = time.perf_counter() - began
    return taken


async def set_plan(port: int, plan: Plan) -> None:
    """Tell the model how long to wait, and to count its calls anew."""
    await _control(port, b"PUT /plan HTTP/1.1\r\n", plan_body(plan))


async def calls_made(port: int) -> dict[str, int]:
    """How often each model was asked since."""
    return dict(json.loads(await _control(port, b"GET /calls HTTP/1.1\r\n", b"")))


async def _control(port: int, line: bytes, body: bytes) -> bytes:
    async with connection(port) as each:
        each.writer.write(line + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        head = await each.reader.readuntil(b"\r\n\r\n")
        return await each.reader.readexactly(int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]))
