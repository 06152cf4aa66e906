"""The decoder process (`python -m agents.decoder_main`): reads pictures from stdin under limits of its own.

It holds no secret, no network connection and no right to write a file; what breaks it takes nothing else along.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from typing import BinaryIO

from agents.decoder_frames import FrameBroken, accepted, read_line, rejected, size_in
from agents.errors import PictureRejected
from agents.images import read_picture

MEMORY = 768 * 1024**2  # bytes of address space; the largest picture that is let in takes 300 MB
SECONDS = 10  # of CPU for one picture; the slowest that is let in takes 3


def main() -> None:
    """Serve until stdin ends."""
    memory, seconds = (int(argument) for argument in sys.argv[1:3]) if len(sys.argv) > 2 else (MEMORY, SECONDS)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    while line := sys.stdin.buffer.readline():
        _allow_cpu(seconds)
        sys.stdout.buffer.write(_reply(line, sys.stdin.buffer))
        sys.stdout.buffer.flush()


def _reply(line: bytes, source: BinaryIO) -> bytes:
    head = read_line(line)
    declared = head.get("declared")
    if declared is not None and not isinstance(declared, str):
        raise FrameBroken
    data = source.read(size_in(head))
    try:
        return accepted(read_picture(data, declared, "picture"), data)
    except PictureRejected as rejection:
        return rejected(rejection)


def _allow_cpu(seconds: int) -> None:
    """The limit counts from the process's birth, so it moves along with each picture."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)


def _limit(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    # A system that knows no such limit (macOS and its address space) leaves the deadline of the owner.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, hard))


if __name__ == "__main__":
    main()
