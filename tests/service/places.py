"""A place in the queue, for as long as a block runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.middleware.admission import WorkQueue
from service.middleware.shares import ALL, Share


@asynccontextmanager
async def place(queue: WorkQueue, share: Share = ALL) -> AsyncIterator[None]:
    """Raises as `enter` does where there is none in time."""
    await queue.enter(share)
    try:
        yield
    finally:
        queue.leave(share)
