"""A request on its way to an endpoint: JSON, with pictures coded while they are sent.

As one text, a request's pictures would be in memory three times for each call, and hold the event loop while they are
coded.
"""

from __future__ import annotations

import asyncio
import binascii
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import orjson

from agents.images import Picture
from agents.models.base import ModelRequest
from agents.models.dialect import Dialect, request_body

PIECE = 192 * 1024  # bytes that are coded and sent in one go; a multiple of three, so that base64 has no padding within
MARK_BYTES = 16  # of what stands for a picture until it is sent; no text can guess it


@dataclass(frozen=True)
class Upload:
    """JSON texts, and the pictures that stand between them as base64."""

    texts: tuple[bytes, ...]
    pictures: tuple[Picture, ...] = ()

    @property
    def length(self) -> int:
        """Bytes to send."""
        coded = sum([-(-len(picture.data) // 3) * 4 for picture in self.pictures])
        return sum(map(len, self.texts)) + coded

    @property
    def body(self) -> bytes | AsyncIterator[bytes]:
        """What to post. What is no longer than a piece goes in one go, with its head."""
        if self.length > PIECE:
            return self.pieces()
        return b"".join(self._coded()) if self.pictures else self.texts[0]

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes, with a turn for others after each piece."""
        for piece in self._coded():
            yield piece
            await asyncio.sleep(0)

    def _coded(self) -> Iterator[bytes]:
        for text, picture in zip(self.texts, (*self.pictures, None), strict=True):
            yield from _slices(text)
            for piece in _slices(picture.data if picture else b""):
                yield binascii.b2a_base64(piece, newline=False)


def upload(upstream: str, request: ModelRequest, dialect: Dialect, *, stream: bool) -> Upload:
    """What to post for a request."""
    mark, pictures = "", list[Picture]()

    def address(picture: Picture) -> str:
        nonlocal mark
        mark = mark or secrets.token_hex(MARK_BYTES)
        pictures.append(picture)
        return f"data:{picture.media_type};base64,{mark}"

    body = orjson.dumps(request_body(upstream, request, dialect, stream=stream, address=address))
    return Upload(tuple(body.split(mark.encode())) if pictures else (body,), tuple(pictures))


def _slices(data: bytes) -> Iterator[bytes]:
    return (data[start : start + PIECE] for start in range(0, len(data), PIECE))
