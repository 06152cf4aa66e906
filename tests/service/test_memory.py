"""Free memory goes back to the system, in a process of its own: what is set holds for the whole of one."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

# Prints how much of a large buffer is a mapping of its own, once a larger one was freed; then how many of 64 MB that
# were freed stay, while others between them are kept.
PROGRAM = """
import asyncio, ctypes, os
from contextlib import suppress
from pathlib import Path
from service.memory import LARGE_BYTES, give_back_memory

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd a b c d e".split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Info

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

async def main():
    giving_back = asyncio.create_task({call})
    await asyncio.sleep(0)
    for _ in range(2):
        bytearray(4 * LARGE_BYTES)
    before = mallinfo().hblkhd
    buffer = bytearray(LARGE_BYTES)
    print((mallinfo().hblkhd - before) // LARGE_BYTES)

    before = resident()
    kept = []
    for _ in range(1024):
        freed = bytearray(b"x" * 2**16)
        kept.append(bytearray(b"x" * 1024))
        kept.append(freed)
    kept = kept[::2]
    await asyncio.sleep(0.5)
    print((resident() - before) // 2**20)
    giving_back.cancel()
    with suppress(asyncio.CancelledError):
        await giving_back

asyncio.run(main())
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="no glibc"
)


def measured(call: str, **environment: str) -> tuple[int, int]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", PROGRAM.format(call=call)]
    ended = subprocess.run(command, env={**plain, **environment}, text=True, capture_output=True, check=True)
    mapped, resident = map(int, ended.stdout.split())
    return mapped, resident


def test_a_large_buffer_goes_back_at_once_and_what_is_free_between_others_later() -> None:
    mapped, resident = measured("asyncio.sleep(1)")
    assert (mapped, resident > 40) == (0, True)
    mapped, resident = measured("give_back_memory(0.01)")
    assert (mapped, resident < 20) == (1, True)


def test_what_the_environment_sets_stands() -> None:
    mapped, resident = measured("give_back_memory(0.01)", MALLOC_ARENA_MAX="2")
    assert (mapped, resident > 40) == (0, True)
