"""Limits on what comes in, before anything reads it: checked on raw headers, and on bytes while they arrive."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import Message, Receive

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
Count = Callable[[int], None]
"""Takes note of so many bytes more; raises a fault where they are too many."""


def check_headers(headers: Headers, max_body: int) -> None:
    """Raise a fault where a header breaks a limit, or could be read in two ways."""
    if len(headers) > MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
        raise WireFault(HEADERS_TOO_LARGE)
    names = Counter(name.lower() for name, _ in headers)
    if any(names[name] > 1 for name in SINGLE) or {b"content-length", b"transfer-encoding"} <= names.keys():
        raise WireFault(BAD_HEADERS)
    values = {name.lower(): value for name, value in headers}
    if values.get(b"content-encoding", b"identity").lower() != b"identity":
        raise WireFault(MEDIA_TYPE)
    _check_length(values.get(b"content-length"), max_body)


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


class HeldBytes:
    """Bytes of bodies held at once, of all requests together: what arrived, not what was announced."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0

    @contextmanager
    def counted(self) -> Iterator[Count]:
        """Count one request's bytes for as long as it is here."""
        mine = 0

        def count(more: int) -> None:
            nonlocal mine
            if self._held + more > self._most:
                raise WireFault(OVERLOADED)
            mine += more
            self._held += more

        try:
            yield count
        finally:
            self._held -= mine


def limited(receive: Receive, max_body: int, count: Count, seconds: float = BODY_SECONDS) -> Receive:
    """A `receive` that counts the body while it comes, and waits for all of it no longer than `seconds`."""
    ends = time.monotonic() + seconds
    received = 0
    whole = False

    async def bounded() -> Message:
        nonlocal received, whole
        if whole:
            return await receive()
        try:
            async with asyncio.timeout(ends - time.monotonic()):
                message = await receive()
        except TimeoutError:
            raise WireFault(BODY_TOO_SLOW) from None
        arrived = len(message.get("body", b""))
        received += arrived
        whole = not message.get("more_body", False)
        if received > max_body:
            raise WireFault(BODY_TOO_LARGE)
        count(arrived)
        return message

    return bounded
