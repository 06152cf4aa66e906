"""Large buffers go back to the system, in a process of its own: what it sets holds for the whole of one."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

# Frees a large buffer, as a served process does, and prints how much of the next one is a mapping of its own.
PROGRAM = """
import ctypes
from service.memory import LARGE_BYTES, give_back_large_buffers

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd a b c d e".split()]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Info
{call}
for _ in range(2):
    bytearray(4 * LARGE_BYTES)
before = mallinfo().hblkhd
buffer = bytearray(LARGE_BYTES)
print((mallinfo().hblkhd - before) // LARGE_BYTES)
"""
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="no glibc"
)


def mapped(call: str, **environment: str) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", PROGRAM.format(call=call)]
    return subprocess.run(command, env={**plain, **environment}, text=True, capture_output=True, check=True).stdout


def test_a_large_buffer_is_a_mapping_of_its_own_after_one_that_was_larger() -> None:
    assert mapped("").strip() == "0"
    assert mapped("give_back_large_buffers()").strip() == "1"


def test_what_the_environment_sets_stands() -> None:
    assert mapped("give_back_large_buffers()", MALLOC_ARENA_MAX="2").strip() == "0"
