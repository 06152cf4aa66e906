"""How the C library gives memory back to the system. Only glibc is told anything; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
import os
import sys

# <malloc.h>
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
# A buffer from this size on is a mapping of its own, which goes back whole when it is freed. A picture's buffers are
# smaller and are used again: to map them anew for each request would take a fifth of its time.
LARGE_BYTES = 4 * 1024**2
KEPT_BYTES = 32 * 1024**2  # free bytes at the heap's end that stay, for the next requests


def give_back_large_buffers() -> None:
    """Fix from which size on buffers go back to the system at once, unless the environment sets it (`MALLOC_…`).

    By itself glibc takes the largest buffer so far as the measure, up to 32 MB. After one reply of 16 MB such buffers
    stand among small ones, and what lies free between them stays taken.
    """
    if sys.platform != "linux" or any(name.startswith("MALLOC_") for name in os.environ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
