"""Slow clients on raw sockets: whatever they do, they are out by their deadline, and others are served meanwhile."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from service.middleware.connection_deadlines import ConnectionLimits, protocol_with
from tests.service.asgi import served

SHORT = ConnectionLimits(head_seconds=0.3, body_seconds=0.3, unread_seconds=0.3, head_bytes=8192, check_seconds=0.05)
LONG = 20.0  # what every wait of these tests ends by; a deadline that does not hold fails them
LARGE = 32 * 1024**2  # bytes, more than the kernel's buffers take for a client that does not read
FINE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads the body and answers with its length; `/large` answers with much, `/early` without reading."""
    assert scope["type"] == "http"
    length, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message.get("body", b"")), message.get("more_body", False)
    body = bytes(LARGE) if scope["path"] == "/large" else str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def serving(limits: ConnectionLimits = SHORT, keep_alive: int = 30) -> AsyncIterator[int]:
    config = uvicorn.Config(
        app,
        http=protocol_with(limits),
        lifespan="off",
        log_level="critical",
        ws="none",
        timeout_keep_alive=keep_alive,
    )
    async with served(config) as url:
        yield int(url.rpartition(":")[2])


class Client:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def says(self, pieces: Iterable[bytes], pause: float = 0.05) -> None:
        """Send piece by piece until done or thrown out."""
        try:
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()
                await asyncio.sleep(pause)
        except ConnectionError:
            pass

    async def hears(self) -> bytes:
        """All that comes until the server hangs up."""
        heard = b""
        try:
            while piece := await self.reader.read(65536):
                heard += piece
        except ConnectionError:
            pass
        return heard


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    try:
        async with asyncio.timeout(LONG):
            client = Client(*await asyncio.open_connection("127.0.0.1", port))
            try:
                yield client
            finally:
                client.writer.transport.abort()
    except TimeoutError:
        raise AssertionError("a deadline did not hold") from None


async def fares(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """What a client that says this hears until it is hung up on."""
    async with connected(port) as client:
        hearing = asyncio.create_task(client.hears())
        await client.says(pieces, pause)
        return await hearing


def dripped(data: bytes) -> list[bytes]:
    return [bytes([each]) for each in data]


async def test_an_ordinary_client_is_served_twice_on_one_connection() -> None:
    async with serving() as port, connected(port) as client:
        for _ in range(2):
            client.writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            assert await client.reader.readexactly(1) == b"5"


async def test_who_thinks_between_requests_is_left_to_the_keep_alive_deadline() -> None:
    async with serving() as port, connected(port) as client:
        for _ in range(2):
            client.writer.write(FINE)
            assert (await client.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            await client.reader.readexactly(1)
            await asyncio.sleep(SHORT.head_seconds * 2)


@pytest.mark.parametrize(
    "said",
    [
        [],
        [b"GET / HT"],
        [b"GET / HTTP/1.1\r\nHost: x\r\nX: "],
        dripped(b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200),
        [b"\r\n"] * 200,
    ],
    ids=["nothing", "half a line", "half a header", "dripping headers", "empty lines"],
)
async def test_slow_headers_are_hung_up_on(said: list[bytes]) -> None:
    async with serving() as port:
        assert (await fares(port, *said, pause=0.02)).startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("path", [b"/", b"/early"])
async def test_slow_bodies_are_hung_up_on_even_where_the_answer_is_already_out(path: bytes) -> None:
    async with serving() as port:
        head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
        heard = await fares(port, head, *[b"x"] * 200, pause=0.02)
        assert heard.startswith(b"HTTP/1.1 200") is (path == b"/early")


async def test_slow_chunks_are_a_slow_body() -> None:
    async with serving() as port:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert not (await fares(port, head, *[b"1\r\nx\r\n"] * 200, pause=0.02)).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("line", [b"a" * 6000, b"X: y\r\n" * 1000], ids=["one", "many"])
async def test_headers_that_never_end_are_refused_before_they_fill_the_memory(line: bytes) -> None:
    async with serving(ConnectionLimits(head_seconds=LONG * 2, head_bytes=8192)) as port:
        assert (await fares(port, b"GET / HTTP/1.1\r\nX: ", *[line] * 2000)).startswith(b"HTTP/1.1 431")


async def test_a_client_that_does_not_read_is_hung_up_on() -> None:
    async with serving() as port:
        with socket.socket() as mute:
            mute.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            mute.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(mute, ("127.0.0.1", port))
            await loop.sock_sendall(mute, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(SHORT.unread_seconds * 3)
            assert await taken(mute) < LARGE


async def taken(mute: socket.socket) -> int:
    """How much is still to be read until the connection is found dead."""
    loop, total = asyncio.get_running_loop(), 0
    async with asyncio.timeout(LONG):
        try:
            while piece := await loop.sock_recv(mute, 1 << 20):
                total += len(piece)
        except ConnectionError:
            pass
    return total


async def test_a_client_that_reads_slowly_but_reads_gets_everything() -> None:
    async with serving(ConnectionLimits(unread_seconds=LONG, check_seconds=0.05)) as port, connected(port) as client:
        client.writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        heard = 0
        while piece := await client.reader.read(1 << 20):
            heard += len(piece)
            await asyncio.sleep(0.001)
        assert heard > LARGE


async def test_a_hundred_slow_clients_do_not_keep_others_from_being_served() -> None:
    async with serving(ConnectionLimits(head_seconds=1.0)) as port:
        slow = [asyncio.create_task(fares(port, b"GET / HT")) for _ in range(100)]
        await asyncio.sleep(0.2)
        for _ in range(20):
            assert (await fares(port, FINE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))).startswith(
                b"HTTP/1.1 200"
            )
        assert all(heard.startswith(b"HTTP/1.1 408") for heard in await asyncio.gather(*slow))


async def test_beyond_so_many_connections_the_next_is_told_to_come_again() -> None:
    async with serving(ConnectionLimits(connections=2)) as port, connected(port), connected(port):
        await asyncio.sleep(0.1)
        heard = await fares(port)
        assert heard.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 1\r\n" in heard


@pytest.mark.parametrize(
    "noise",
    [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
     b"\x00" * 100 + b"\r\n\r\n",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
     b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\n X: folded\r\n\r\n", b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
     b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"],
)  # fmt: skip
async def test_what_is_no_request_is_refused(noise: bytes) -> None:
    async with serving() as port:
        heard = await fares(port, noise)
        assert heard.startswith((b"HTTP/1.1 400", b"HTTP/1.1 408")), heard[:60]


async def connected_from(port: int, source: str) -> Client:
    return Client(*await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)))


async def is_open(client: Client) -> bool:
    """Whether it was neither answered nor closed within a moment."""
    try:
        await asyncio.wait_for(client.reader.read(1), 0.1)
    except TimeoutError:
        return True
    except OSError:
        pass
    return False


PATIENT = ConnectionLimits(connections=6)


async def test_a_peer_that_takes_all_connections_makes_room_for_others() -> None:
    async with serving(PATIENT) as port:
        flood = [await connected_from(port, "127.0.0.2") for _ in range(6)]
        await asyncio.sleep(0.1)
        others = [await connected_from(port, "127.0.0.3") for _ in range(3)]
        for other in others:
            other.writer.write(FINE)
            assert (await asyncio.wait_for(other.reader.readline(), LONG)).startswith(b"HTTP/1.1 200")
        assert [await is_open(each) for each in flood].count(True) == 3
        another = await connected_from(port, "127.0.0.3")  # both have the same now, so nobody makes room for it
        assert (await asyncio.wait_for(another.reader.readline(), LONG)).startswith(b"HTTP/1.1 503")
        for each in (*flood, *others, another):
            each.writer.close()


async def test_who_waits_for_an_answer_keeps_the_connection() -> None:
    gate = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await gate.wait()
        await app(scope, receive, send)

    config = uvicorn.Config(slow, http=protocol_with(PATIENT), lifespan="off", log_level="critical", ws="none")
    async with served(config) as url:
        port = int(url.rpartition(":")[2])
        asking = [await connected_from(port, "127.0.0.2") for _ in range(6)]
        for each in asking:
            each.writer.write(FINE)
        await asyncio.sleep(0.1)
        other = await connected_from(port, "127.0.0.3")
        assert (await asyncio.wait_for(other.reader.readline(), LONG)).startswith(b"HTTP/1.1 503")
        gate.set()
        for each in asking:
            assert (await asyncio.wait_for(each.reader.readline(), LONG)).startswith(b"HTTP/1.1 200")
        for each in (*asking, other):
            each.writer.close()
