"""The decoder process (`python -m agents.decoder_process`): it reads pictures from stdin, under limits of its own.

It holds no secret and no network connection, and may not write a file: a picture that breaks it breaks nothing else.

Both sides speak in frames: a line of JSON, then as many bytes as the line announces. The owner (`agents.decoding`)
trusts nothing that comes back, since the process has just read a stranger's picture.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import Any, BinaryIO

import orjson

from agents.errors import PictureRejected
from agents.images import MAX_BYTES, MEDIA_TYPES, Picture, read_picture
from agents.strict_json import JsonRejected, parse_object

MEMORY = 768 * 1024**2  # bytes of address space; the largest picture that is let in takes 400 MB
SECONDS = 10  # of CPU for one picture; the slowest that is let in takes 3
MAX_LINE = 4096  # bytes; the longest reason has 100
MAX_REPLY_BYTES = 2 * MAX_BYTES  # MAX_PICTURE_PIXELS that nothing makes smaller, at 3 bytes each, and their rows' heads
SAME = -1  # in place of a size: the bytes are those that were sent

Head = dict[str, Any]


class FrameBroken(Exception):
    """The other side does not keep to the protocol."""


def request(data: bytes, max_pixels: int) -> bytes:
    """The head of the owner's request; the picture's bytes follow."""
    return _line({"size": len(data), "max_pixels": max_pixels})


def accepted(picture: Picture, sent: bytes) -> bytes:
    """The reply for a picture that is let in."""
    size = SAME if picture.data is sent else len(picture.data)
    shape = {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    return _line({"size": size, **shape}) + (b"" if size == SAME else picture.data)


def rejected(rejection: PictureRejected) -> bytes:
    """The reply for a picture that is not let in."""
    return _line({"reason": rejection.reason, "too_large": rejection.too_large})


def read_line(line: bytes) -> Head:
    """The head of a frame; raises `FrameBroken`."""
    try:
        return parse_object(line)
    except JsonRejected:
        raise FrameBroken from None


def rejection_in(head: Head) -> PictureRejected | None:
    """The rejection that a reply's head states, if it states one."""
    match head:
        case {"reason": str(reason), "too_large": bool(too_large)}:
            return PictureRejected(reason, too_large=too_large)
    return None


def size_in(head: Head) -> int:
    """How many bytes follow a head; raises `FrameBroken`."""
    match head:
        case {"size": int(size)} if SAME <= size <= MAX_REPLY_BYTES:
            return max(size, 0)
    raise FrameBroken


def picture_in(head: Head, data: bytes) -> Picture:
    """The picture that a reply's head describes; raises `FrameBroken`."""
    match head:
        case {"media_type": str(kind), "width": int(width), "height": int(height)} if kind in MEDIA_TYPES.values():
            return Picture(data, kind, width, height)
    raise FrameBroken


def _line(head: Head) -> bytes:
    return orjson.dumps(head) + b"\n"


def main() -> None:
    """Serve until stdin ends."""
    memory, seconds = (int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (MEMORY, SECONDS)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    while line := sys.stdin.buffer.readline():
        # The limit on CPU counts from the start of the process, so it is raised for each picture.
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)
        sys.stdout.buffer.write(_reply(line, sys.stdin.buffer))
        sys.stdout.buffer.flush()


def _limit(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    # Where the system has no such limit (macOS and address space), the owner's deadline remains.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


def _reply(line: bytes, source: BinaryIO) -> bytes:
    head = read_line(line)
    max_pixels = head.get("max_pixels")
    if not isinstance(max_pixels, int):
        raise FrameBroken
    data = source.read(size_in(head))
    try:
        return accepted(read_picture(data, "picture", max_pixels), data)
    except PictureRejected as rejection:
        return rejected(rejection)


if __name__ == "__main__":
    main()
