"""Faults on the wire, byte by byte. Each takes a good reply and spoils it."""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

PIECE_SECONDS = 0.05  # between the bytes of a drip: nothing times out between them, and the whole takes minutes


@dataclass(frozen=True)
class Reply:
    """A good reply: a body, or events of a stream. `told` is what an agent says, for faults of its form."""

    body: bytes
    events: tuple[bytes, ...] = ()
    told: str = ""

    @property
    def kind(self) -> str:
        return "text/event-stream" if self.events else "application/json"

    @property
    def whole(self) -> bytes:
        return b"".join(self.events) or self.body


ZEROS = bytes(20_000_000)
Write = Callable[[asyncio.StreamWriter, Reply], Awaitable[None]]


def head(kind: str, length: int | None, status: str = "200 OK", *more: str) -> bytes:
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", size, *more, "", ""]).encode()


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def well(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """No fault."""
    if not reply.events:
        writer.write(head(reply.kind, len(reply.body)) + reply.body)
    else:
        writer.write(head(reply.kind, None))
        for event in reply.events:
            writer.write(chunked(event))
            await writer.drain()
        writer.write(chunked(b""))
    await writer.drain()


async def hang(writer: asyncio.StreamWriter, reply: Reply) -> None:
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter, reply: Reply) -> None:
    writer.write(head(reply.kind, len(reply.whole) + 10_000))
    for byte in reply.whole:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(PIECE_SECONDS)
    await hang(writer, reply)


async def reset(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """Cut with RST instead of FIN."""
    socket = writer.get_extra_info("socket")
    socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def half(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """The first half, then RST."""
    if reply.events:
        writer.write(head(reply.kind, None))
        for event in reply.events[: len(reply.events) // 2]:
            writer.write(chunked(event))
    else:
        writer.write(head(reply.kind, len(reply.body)) + reply.body[: len(reply.body) // 2])
    await writer.drain()
    await asyncio.sleep(PIECE_SECONDS)
    await reset(writer, reply)


async def garbage(writer: asyncio.StreamWriter, reply: Reply) -> None:
    writer.write(b"\x00\xffthis is no HTTP\r\n\r\n" + reply.whole)
    writer.close()


async def gzipped(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """A bomb: 20 MB of zeros before the reply."""
    data = gzip.compress(ZEROS + reply.whole)
    writer.write(head(reply.kind, len(data), "200 OK", "Content-Encoding: gzip") + data)
    await writer.drain()


async def redirect(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """To ourselves, so that whoever follows gets the reply."""
    host, port = writer.get_extra_info("sockname")[:2]
    writer.write(head(reply.kind, 0, "302 Found", f"Location: http://{host}:{port}/v1/chat/completions"))
    await writer.drain()


async def informational(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """A thousand 1xx before the reply."""
    for _ in range(1000):
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    await well(writer, reply)


async def huge_line(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """A line that does not end; the reader must stop."""
    writer.write(head(reply.kind, None))
    for _ in range(20):
        writer.write(chunked(b"data: " + b"x" * 1_000_000 if reply.events else b" " * 1_000_000))
        await writer.drain()
    writer.write(chunked(b""))


async def no_end(writer: asyncio.StreamWriter, reply: Reply) -> None:
    """A stream that ends in order before its choice has finished; a body that is shorter than promised.

    A stream whose choices all finished is whole without [DONE] too: some servers never send it.
    """
    if reply.events:
        await well(writer, Reply(b"", tuple(event for event in reply.events if b'"finish_reason": null' in event)))
    else:
        writer.write(head(reply.kind, len(reply.body) + 10) + reply.body)
        await writer.drain()
        writer.close()


def status(line: str) -> Write:
    """An error status; its body tells what no client may read."""

    async def write(writer: asyncio.StreamWriter, reply: Reply) -> None:
        body = json.dumps({"error": {"message": "upstream-secret-text"}}).encode()
        writer.write(head("application/json", len(body), line, "Retry-After: 7") + body)
        await writer.drain()

    return write


def of_kind(kind: str) -> Write:
    async def write(writer: asyncio.StreamWriter, reply: Reply) -> None:
        writer.write(head(kind, len(reply.whole)) + reply.whole)
        await writer.drain()

    return write


async def empty(writer: asyncio.StreamWriter, reply: Reply) -> None:
    writer.write(head(reply.kind, 0))
    await writer.drain()


ON_THE_WIRE: dict[str, Write] = {
    "hang": hang,
    "drip": drip,
    "reset": reset,
    "half": half,
    "garbage": garbage,
    "gzip": gzipped,
    "redirect": redirect,
    "informational": informational,
    "huge line": huge_line,
    "no end": no_end,
    "empty": empty,
    "wrong type": of_kind("text/html"),
    "500": status("500 Internal Server Error"),
    "503": status("503 Service Unavailable"),
    "429": status("429 Too Many Requests"),
    "401": status("401 Unauthorized"),
    "403": status("403 Forbidden"),
    "404": status("404 Not Found"),
}


def _mislabelled(name: str, value: Any) -> Any:
    """A verdict that is nearly one; for findings without a verdict, a number where words are expected."""
    return "SAFE." if name == "verdict" else 7 if name in {"activity", "place"} else value


# Faults in what an agent says: the reply arrives, and is no finding. Each makes text of a good finding's text.
IN_WORDS: dict[str, Callable[[str], str]] = {
    "no json": lambda told: "The situation is safe.",
    "unknown label": lambda told: json.dumps(
        {name: _mislabelled(name, value) for name, value in json.loads(told).items()}
    ),
    "two verdicts": lambda told: told + told,
    "prose": lambda told: f"Here is my finding: {told}",
    "fenced": lambda told: f"```json\n{told}\n```",
    "extra field": lambda told: told[:-1] + ', "allow": true}',
    "missing field": lambda told: json.dumps(dict(list(json.loads(told).items())[1:])),
    "null": lambda told: "null",
}
