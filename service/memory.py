"""How the C library gives memory back to the system. Only glibc is told anything; elsewhere nothing happens."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys

from agents.beside import beside

# <malloc.h>
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
# A buffer from this size on is a mapping of its own, which goes back whole when it is freed. A picture's buffers are
# smaller and are used again: to map them anew for each request would take a fifth of its time.
LARGE_BYTES = 4 * 1024**2
KEPT_BYTES = 32 * 1024**2  # free bytes at the heap's end that stay, for the next requests
TRIM_SECONDS = 60.0  # to give back what is free takes two milliseconds, and to take it again as much


async def give_back_memory(seconds: float = TRIM_SECONDS) -> None:
    """Give back what is free, until cancelled: buffers of `LARGE_BYTES` and more at once, all other pages every so many
    seconds. Ends at once where the environment sets how memory is kept (`MALLOC_…`), or where there is no glibc.

    By itself glibc takes the largest buffer so far as the measure, up to 32 MB. After one reply of 16 MB such buffers
    stand among small ones, and what lies free between them stays taken. So does what a crowd of requests leaves behind.
    """
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return
    library.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    library.mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
    while True:
        await asyncio.sleep(seconds)
        await beside(lambda: library.malloc_trim(0))
