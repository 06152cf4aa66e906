"""What a decoder process and its owner say to each other: a line of JSON, and as many bytes as it announces.

The owner trusts nothing that comes back: the process has just read a stranger's picture.
"""

from __future__ import annotations

from typing import Any

import orjson

from agents.errors import PictureRejected
from agents.images import MAX_BYTES, MEDIA_TYPES, Picture
from agents.strict_json import JsonRejected, parse_object

MAX_LINE = 4096  # bytes; the longest reason has 100
MAX_REPLY_BYTES = 2 * MAX_BYTES  # a settled picture may be a little larger than one that was sent
SAME = -1  # in place of a size: the bytes go on as they came

Json = dict[str, Any]


class FrameBroken(Exception):
    """A decoder process says something that is not in its language."""


def job(data: bytes, declared: str | None) -> bytes:
    """What the owner asks; the bytes follow."""
    return _line({"size": len(data), "declared": declared})


def accepted(picture: Picture, sent: bytes) -> bytes:
    """A reply: the picture was let in."""
    size = SAME if picture.data is sent else len(picture.data)
    shape = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    return _line({"size": size, **shape}) + (b"" if size == SAME else picture.data)


def rejected(rejection: PictureRejected) -> bytes:
    """A reply: the picture was not let in."""
    return _line({"reason": rejection.reason, "too_large": rejection.too_large})


def read_line(line: bytes) -> Json:
    """The head of a frame; raises `FrameBroken`."""
    try:
        return parse_object(line)
    except JsonRejected:
        raise FrameBroken from None


def rejection_in(head: Json) -> PictureRejected | None:
    """The rejection that a reply's head holds, if it holds one."""
    match head:
        case {"reason": str(reason), "too_large": bool(too_large)}:
            return PictureRejected(reason, too_large=too_large)
    return None


def size_in(head: Json) -> int:
    """How many bytes follow a reply's head."""
    match head:
        case {"size": int(size)} if SAME <= size <= MAX_REPLY_BYTES:
            return max(size, 0)
    raise FrameBroken


def picture_in(head: Json, data: bytes) -> Picture:
    """The picture that a reply's head describes."""
    match head:
        case {"media_type": str(kind), "width": int(width), "height": int(height)} if kind in MEDIA_TYPES.values():
            return Picture(data, kind, width, height)
    raise FrameBroken


def _line(head: Json) -> bytes:
    return orjson.dumps(head) + b"\n"
