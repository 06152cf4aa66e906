"""Limits on what comes in, before anything reads it: checked on raw headers, and on bytes while they arrive."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

from starlette.types import Message, Receive

from service.middleware.shares import ALL, Share
from service.openai.errors import (
    BAD_HEADERS,
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    HEADERS_TOO_LARGE,
    MEDIA_TYPE,
    OVERLOADED,
    WireFault,
)

MAX_HEADERS = 64
MAX_HEADER_BYTES = 16 * 1024  # all together; the HTTP parser in front takes 20 MB
BODY_SECONDS = 60.0  # for the whole body; a half-sent one would otherwise stay for ever
SINGLE = frozenset(
    {b"authorization", b"content-encoding", b"content-length", b"content-type", b"host", b"transfer-encoding"}
)

Headers = Sequence[tuple[bytes, bytes]]


def check_headers(headers: Headers, max_body: int) -> None:
    """Raise a fault where a header breaks a limit, or could be read in two ways."""
    if len(headers) > MAX_HEADERS or sum(map(len, chain.from_iterable(headers))) > MAX_HEADER_BYTES:
        raise WireFault(HEADERS_TOO_LARGE)
    values = {name.lower(): value for name, value in headers}
    if len(values) < len(headers) and _are_repeated(SINGLE, headers):
        raise WireFault(BAD_HEADERS)
    if b"content-length" in values and b"transfer-encoding" in values:
        raise WireFault(BAD_HEADERS)
    if values.get(b"content-encoding", b"identity").lower() != b"identity":
        raise WireFault(MEDIA_TYPE)
    # The parser takes off the last coding only: what is packed as well would be read as it is.
    if values.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
        raise WireFault(MEDIA_TYPE)
    _check_length(values.get(b"content-length"), max_body)


def _are_repeated(names: Set[bytes], headers: Headers) -> bool:
    """Whether any of the names stands there more than once."""
    times = Counter(name.lower() for name, _ in headers)
    return any(times[name] > 1 for name in names)


def _check_length(length: bytes | None, max_body: int) -> None:
    if length is None:
        return
    if not length.isdigit():
        raise WireFault(BAD_HEADERS)
    if len(length) > 16 or int(length) > max_body:
        raise WireFault(BODY_TOO_LARGE)


def check_media_type(headers: Headers) -> None:
    """JSON only: a web page's plain form then cannot be taken for a request."""
    given = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    if given.split(b";")[0].strip().lower() != b"application/json":
        raise WireFault(MEDIA_TYPE)


@dataclass(frozen=True)
class BodyLimits:
    """Bytes: of one body, and of all that are held at once."""

    one: int
    all: int


class HeldBody:
    """One request's body as far as it is here. One that is not whole may have to make room for another."""

    def __init__(self, share_of: Callable[[], Share]) -> None:
        self._share_of = share_of
        self.bytes = 0
        self.whole = False
        self.evicted = False
        self._waiting: asyncio.Timeout | None = None

    @property
    def share(self) -> Share:
        """Whose it is; known once its client is."""
        return self._share_of()

    async def receive(self, receive: Receive, seconds: float) -> Message:
        """The next message; raises a fault where it takes too long, or where this body has to make room."""
        try:
            async with asyncio.timeout(0 if self.evicted else seconds) as self._waiting:
                message = await receive()
        except TimeoutError:
            raise WireFault(OVERLOADED if self.evicted else BODY_TOO_SLOW) from None
        finally:
            self._waiting = None
        if self.evicted:
            raise WireFault(OVERLOADED)
        return message

    def evict(self) -> None:
        """Give it up. Whoever waits for the rest of it hears of that at once."""
        self.evicted = True
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())


class HeldBytes:
    """Bytes of bodies held at once, of all requests together: what arrived, not what was announced.

    Where they are all taken, an unfinished body makes room: the largest, of the client that holds the most. So bodies
    that are sent slowly, or never to their end, keep nobody out.
    """

    def __init__(self, most: int, one: int = 0) -> None:
        self._most = most
        self._one = one  # always fits into a client's share
        self._held = 0
        self._bodies: set[HeldBody] = set()

    @contextmanager
    def counted(self, share_of: Callable[[], Share] = lambda: ALL) -> Iterator[HeldBody]:
        """Count one request's bytes for as long as it is here."""
        body = HeldBody(share_of)
        self._bodies.add(body)
        try:
            yield body
        finally:
            self._bodies.remove(body)
            self._held -= body.bytes

    def add(self, body: HeldBody, more: int) -> None:
        """Count bytes of a body that have arrived; raises the fault of an overloaded service where they do not fit."""
        share = body.share
        if share.part < 1 and self._by_client()[share.client] + more > max(share.of(self._most), self._one):
            raise WireFault(OVERLOADED)
        while self._held + more > self._most:
            held = self._by_client()
            unfinished = (each for each in self._bodies if each is not body and each.bytes and not each.whole)
            largest = max(unfinished, key=lambda each: (held[each.share.client], each.bytes), default=None)
            if largest is None or not _yields(largest, body, more, held):
                raise WireFault(OVERLOADED)
            largest.evict()
            self._held -= largest.bytes
            largest.bytes = 0
        body.bytes += more
        self._held += more

    def _by_client(self) -> Counter[str]:
        held = Counter[str]()
        for body in self._bodies:
            held[body.share.client] += body.bytes
        return held


def _yields(body: HeldBody, to: HeldBody, more: int, held: Counter[str]) -> bool:
    """Whether a body makes room for more of another: its client holds more, or it is a larger one of the same."""
    mine, other = body.share.client, to.share.client
    if mine == other:
        return body.bytes > to.bytes + more
    return held[mine] > held[other] + more


def limited(receive: Receive, max_body: int, held: HeldBytes, body: HeldBody, seconds: float = BODY_SECONDS) -> Receive:
    """A `receive` that counts the body while it comes, and waits for all of it no longer than `seconds`."""
    ends = time.monotonic() + seconds
    received = 0

    async def bounded() -> Message:
        nonlocal received
        if body.whole:
            return await receive()
        message = await body.receive(receive, ends - time.monotonic())
        arrived = len(message.get("body", b""))
        received += arrived
        if received > max_body:
            raise WireFault(BODY_TOO_LARGE)
        held.add(body, arrived)
        body.whole = not message.get("more_body", False)
        return message

    return bounded
