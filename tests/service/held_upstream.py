"""An upstream on raw sockets that holds its replies back until a test lets them go, and knows who still waits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.service.recorded import PLAIN

WHOLE, CHUNKS = PLAIN


@dataclass
class HeldUpstream:
    """Takes every request, sends the first chunk of a stream, and the rest only once `go` is set."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    left: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def connected(self) -> int:
        """Requests that wait for their reply, with someone still there to hear it."""
        return len(self.asked) - self.left

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await self._answer(json.loads(await reader.readexactly(length)), reader, writer)
        writer.close()

    async def _answer(
        self, body: dict[str, object], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.append(str(body["model"]))
        streamed = bool(body.get("stream"))
        if streamed:
            writer.write(_head("text/event-stream") + _event(CHUNKS[0]) + _event(CHUNKS[1]))
        try:
            await self._held(reader)
        finally:
            self.left += 1
        if streamed:
            writer.write(b"".join(_event(chunk) for chunk in CHUNKS[2:]) + b"data: [DONE]\n\n")
        else:
            writer.write(_head("application/json") + json.dumps(WHOLE).encode())
        await writer.drain()
        raise ConnectionResetError  # one reply a connection

    async def _held(self, reader: asyncio.StreamReader) -> None:
        """Return when the reply may go out; raise as soon as nobody waits for it any more."""
        go, gone = asyncio.create_task(self.go.wait()), asyncio.create_task(reader.read(1))
        await asyncio.wait({go, gone}, return_when=asyncio.FIRST_COMPLETED)
        finished = go.done()
        for task in (go, gone):
            task.cancel()
        await asyncio.gather(go, gone, return_exceptions=True)
        if not finished:
            raise ConnectionResetError


def _head(media_type: str) -> bytes:
    return f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nConnection: close\r\n\r\n".encode()


def _event(chunk: dict[str, object]) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()


@asynccontextmanager
async def held_upstream() -> AsyncIterator[HeldUpstream]:
    """One that listens."""
    held = HeldUpstream()
    server = await asyncio.start_server(held.serve, "127.0.0.1", 0)
    held.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield held
    finally:
        held.go.set()
        server.close()
