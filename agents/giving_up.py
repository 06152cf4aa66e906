"""How work ends that was begun beside other work: cancelled, waited for, and forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

from agents.errors import forget_frames


async def give_up(tasks: list[asyncio.Task[Any]]) -> None:
    """Cancel tasks, wait until all have ended, and empty the list.

    An error holds the frames that it went through, with all their variables. A frame that still held the task that
    failed would thereby hold itself: the request and its pictures would stay in memory until the next collection.
    """
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, BaseException):
            forget_frames(ended)
    tasks.clear()
