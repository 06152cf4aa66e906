"""Work that takes long, done beside the event loop on few threads.

A thread that computes holds the interpreter's lock, and the event loop waits for its turn among all that want it: with
two of them it waits a fraction of what it would with as many as `asyncio.to_thread` takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

THREADS = 2

T = TypeVar("T")
_threads = ThreadPoolExecutor(THREADS, "beside")


async def beside(work: Callable[[], T]) -> T:
    """What the work returns or raises."""
    return await asyncio.get_running_loop().run_in_executor(_threads, work)
