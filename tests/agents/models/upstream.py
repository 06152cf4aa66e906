"""A real endpoint on loopback that answers byte for byte as a test says, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Writes = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Upstream:
    """One answer for every request. `asked` is set by the first, `gone` by a caller who leaves early."""

    answer: Writes
    base_url: str = ""
    heads: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await self._exchange(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        length = next((int(value) for name, value in fields.items() if name.lower() == "content-length"), 0)
        self.bodies.append(json.loads(await reader.readexactly(length) or "{}"))
        self.heads.append(head)
        self.asked.set()
        answering = asyncio.ensure_future(self.answer(writer))
        leaving = asyncio.ensure_future(_left(reader))
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done() and not answering.done():
            self.gone.set()
            answering.cancel()
            raise ConnectionResetError
        leaving.cancel()
        await answering
        await asyncio.gather(leaving, return_exceptions=True)


async def _left(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():  # noqa: ASYNC110 a reader has no event for its end
        await asyncio.sleep(0.01)


@asynccontextmanager
async def upstream(answer: Writes | bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[Upstream]:
    """Serve on a free port of loopback."""
    rig = Upstream(sends(answer) if isinstance(answer, bytes) else answer)
    server = await asyncio.start_server(rig.serve, "127.0.0.1", 0, ssl=tls)
    rig.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield rig
    finally:
        server.close()


def sends(data: bytes) -> Writes:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return write


def response(body: bytes, kind: str = "application/json", status: str = "200 OK", **headers: str) -> bytes:
    fields = {"Content-Type": kind, "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def stream_head() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunked(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def streamed(*pieces: bytes) -> bytes:
    return stream_head() + b"".join(chunked(piece) for piece in pieces) + chunked(b"")
