"""Deadlines that hold against clients who send slowly, send without end, or do not read.

An ASGI application first hears of a request when its headers are complete, and a server that waits for them waits for
ever: measured on uvicorn, 300 of 300 half-sent headers were still open after 45 seconds. So the protocol itself counts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REFUSAL = b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n%b\r\n"


@dataclass(frozen=True)
class Patience:
    """With one connection: seconds, bytes; and how many of them there may be.

    `head_seconds`: from the connection's begin or a request's first byte to its headers' end; `body_seconds`: from
    there to the end of the body, more than the application's own deadline, which answers with an error.
    `unread_seconds`: how long something sent may wait for the client to take it. `head_bytes`: of unfinished headers.
    """

    head_seconds: float = 10.0
    body_seconds: float = 65.0
    unread_seconds: float = 40.0
    head_bytes: int = 64 * 1024
    connections: int = 768  # below the 1024 files that a process may hold open by default
    look_seconds: float = 1.0


class ImpatientProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, with deadlines. Set `patience` by making a class with `impatient`."""

    patience = Patience()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._incoming: asyncio.TimerHandle | None = None
        self._looking: asyncio.TimerHandle | None = None
        self._unread_since: float | None = None
        self._in_head = True
        self._head_bytes = 0

    # ---- the connection ----

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(self.patience.head_seconds)
        self._look()
        if len(self.connections) > self.patience.connections:
            self._refuse(b"503 Service Unavailable", b"retry-after: 1\r\n")

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._incoming, self._looking):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    # ---- what comes in ----

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._incoming is None:
                self._expect_within(self.patience.head_seconds)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.patience.head_bytes:
            self._refuse(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._expect_within(self.patience.body_seconds)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._expect_nothing()
        super().on_message_complete()

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self._incoming = self.loop.call_later(seconds, self._refuse, b"408 Request Timeout")

    def _expect_nothing(self) -> None:
        if self._incoming is not None:
            self._incoming.cancel()
            self._incoming = None

    def _refuse(self, status: bytes, header: bytes = b"") -> None:
        """Say so where nothing else has been said, and hang up."""
        self._expect_nothing()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(REFUSAL % (status, header))
            self.transport.close()
        else:
            self.transport.abort()

    # ---- what goes out ----

    def _look(self) -> None:
        """Hang up on a client that leaves what it was sent lying; closing politely would wait for it for ever."""
        self._looking = self.loop.call_later(self.patience.look_seconds, self._look)
        if not self.transport.get_write_buffer_size():
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since = self.loop.time()
        elif self.loop.time() - self._unread_since > self.patience.unread_seconds:
            self.transport.abort()


def impatient(patience: Patience) -> type[ImpatientProtocol]:
    """The protocol with other limits, as a class: that is how uvicorn takes it (`http=`)."""
    return type("ImpatientProtocol", (ImpatientProtocol,), {"patience": patience})
