"""Deadlines for clients that send slowly, send without end, or do not read.

An ASGI application first hears of a request when its headers are complete. A server that waits for them without a limit
waits for ever: on uvicorn, 300 of 300 half-sent requests were still open after 45 seconds. So the protocol keeps time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from agents.loop_lag import until_tick
from service.middleware.peers import peer_of

VERSIONS = frozenset({"1.0", "1.1"})
REFUSAL = b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n%b\r\n"


@dataclass(frozen=True)
class ConnectionLimits:
    """How long and how much one connection may take (seconds, bytes), and how many connections there may be.

    `head_seconds` run from the start of the connection, or from a request's first byte, to the end of its headers.
    `body_seconds` run from there to the end of the body; they are longer than the application's own deadline, which
    answers with an error. `unread_seconds` is how long sent data may wait for the client to read it. `head_bytes`
    counts unfinished headers. Of more connections than `connections`, one makes room: of the peer that has the most,
    one that is not waiting for an answer.
    """

    head_seconds: float = 10.0
    body_seconds: float = 65.0
    unread_seconds: float = 40.0
    head_bytes: int = 64 * 1024
    connections: int = 768  # below the 1024 files that a process may hold open by default
    check_seconds: float = 1.0


class DeadlineProtocol(HttpToolsProtocol):
    """uvicorn's own protocol, with deadlines. `protocol_with` makes a class with other limits."""

    limits = ConnectionLimits()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._unread_since: float | None = None
        self._in_head = True
        self._head_bytes = 0

    # ---- the connection ----

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(self.limits.head_seconds)
        self._check_unread()
        if len(self.connections) > self.limits.connections:
            self._make_room()._refuse(b"503 Service Unavailable", b"retry-after: 1\r\n")

    @property
    def peer(self) -> str:
        """Who is at the other end."""
        return peer_of(self.client[0]) if self.client else ""

    @property
    def is_asking(self) -> bool:
        """Whether a whole request has come that is not answered yet."""
        return self.cycle is not None and not self.cycle.more_body and not self.cycle.response_complete

    def _make_room(self) -> DeadlineProtocol:
        """The connection that has to go: its peer has more than this one's peer, or else this one."""
        others = [each for each in self.connections if isinstance(each, DeadlineProtocol)]
        of_peer = Counter(each.peer for each in others if not each.transport.is_closing())
        yielding = (each for each in others if not each.is_asking and not each.transport.is_closing())
        largest = max(yielding, key=lambda each: of_peer[each.peer], default=self)
        return largest if of_peer[largest.peer] > of_peer[self.peer] else self

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._deadline, self._watching):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    # ---- what comes in ----

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.limits.head_bytes:
            self._refuse(b"431 Request Header Fields Too Large")
        elif self._deadline is None and (self._head_bytes or not self._in_head):  # there is more to come
            self._expect_within(self.limits.head_seconds if self._in_head else self.limits.body_seconds)

    def on_headers_complete(self) -> None:
        # The parser takes a line without a version, or with any, and a target with another host than `Host` has.
        if self.parser.get_http_version() not in VERSIONS or not self.url.startswith(b"/"):
            self._refuse(b"400 Bad Request")
            return
        self._in_head = False
        self._expect_nothing()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self.transport.is_closing():
            return
        self._in_head, self._head_bytes = True, 0
        self._expect_nothing()
        super().on_message_complete()

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, self._refuse, b"408 Request Timeout")

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: bytes, header: bytes = b"") -> None:
        """Send an error if nothing else was sent, and hang up."""
        self._expect_nothing()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(REFUSAL % (status, header))
            self.transport.close()
        else:
            self.transport.abort()

    # ---- what goes out ----

    def _check_unread(self) -> None:
        """Hang up on a client that does not read what it was sent. Closing politely would wait for it for ever."""
        self._watching = self.loop.call_later(until_tick(self.limits.check_seconds), self._check_unread)
        if not self.transport.get_write_buffer_size():
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since = self.loop.time()
        # A look may come a moment early: half of one is left to it, or the time would end with the next.
        elif self.loop.time() - self._unread_since > self.limits.unread_seconds - self.limits.check_seconds / 2:
            self.transport.abort()


def protocol_with(limits: ConnectionLimits) -> type[DeadlineProtocol]:
    """The protocol with other limits. uvicorn takes it as a class (`http=`)."""
    return type("DeadlineProtocol", (DeadlineProtocol,), {"limits": limits})
