"""A real https host on loopback under a self-made certificate, and listeners that nobody should ever reach."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import trustme

from agents.fetch import FetchLimits, PictureFetcher, Reach, Resolve

HERE = "127.0.0.2"  # stands for a public address: permitted by name, while the rest of loopback is not
NAME = "pictures.example.com"

Serves = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


def answer(
    body: bytes, kind: str | None = "image/png", status: str = "200 OK", **headers: str
) -> Callable[[str, asyncio.StreamWriter], Awaitable[None]]:
    """Always the same answer. With `Content_Length=""` it has no length and ends with the connection."""
    fields = {"Content-Length": str(len(body)), "Connection": "close"} | ({"Content-Type": kind} if kind else {})
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)

    async def write(_: str, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)
        await writer.drain()

    return write


@dataclass
class PictureHost:
    """The host. `hits` are the heads that it was sent, `names` whom the callers wanted to speak to (SNI)."""

    serves: Serves
    authority: trustme.CA
    port: int = 0
    hits: list[str] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    def url(self, path: str = "/cat.png", name: str = NAME) -> str:
        return f"https://{name}:{self.port}{path}"

    def fetcher(self, *, resolve: Resolve | None = None, limits: FetchLimits | None = None) -> PictureFetcher:
        """One that trusts this host's certificate and may reach its address, nothing else of loopback."""
        trust = ssl.create_default_context()
        self.authority.configure_trust(trust)
        reach = Reach(frozenset({self.port}), frozenset({HERE}))
        return PictureFetcher(limits=limits, resolve=resolve or always(HERE), tls=trust, reach=reach)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.hits.append(head)
            await self.serves(head, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # whoever asked has left, or the test is over
        finally:
            writer.close()


@asynccontextmanager
async def picture_host(serves: Serves, name: str = NAME) -> AsyncIterator[PictureHost]:
    """Serve under a certificate of `name`."""
    host = PictureHost(serves, trustme.CA())
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    host.authority.issue_cert(name).configure_cert(tls)
    tls.sni_callback = lambda _, asked, __: host.names.append(asked)
    server = await asyncio.start_server(host.serve, HERE, 0, ssl=tls)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()


def always(*addresses: str) -> Resolve:
    """A resolver with the same answer to everything."""

    async def resolve(_: str) -> Sequence[str]:
        return addresses

    return resolve


@dataclass
class Canaries:
    """Listeners on loopback. A connection to any of them is a failure of what is tested."""

    ports: list[int] = field(default_factory=list)
    connections: int = 0

    async def count(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@asynccontextmanager
async def canaries(addresses: Sequence[str]) -> AsyncIterator[Canaries]:
    """One listener an address, on one port where that is free on all of them."""
    birds = Canaries()
    async with AsyncExitStack() as stack:
        for address in addresses:
            port = birds.ports[0] if birds.ports else 0
            server = await asyncio.start_server(birds.count, address, port)
            birds.ports.append(server.sockets[0].getsockname()[1])
            stack.callback(server.close)
        yield birds
