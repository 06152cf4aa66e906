"""How late the event loop runs: a failure while our own process stood still says nothing about a model."""

from __future__ import annotations

import asyncio
import math
import time

TICK_SECONDS = 0.25
HELD_SECONDS = 0.35  # a tick that comes this late was held up; a busy machine's come a tenth of a second late


def until_tick(seconds: float) -> float:
    """About so many seconds, until the clock shows a whole multiple of them: all that tick so share their wake-ups."""
    now = time.monotonic()
    return (round(now / seconds) + 1) * seconds - now


class LoopLag:
    """Ticks while it is started, and remembers when a tick last came late. Times are `time.monotonic`'s, in seconds."""

    def __init__(self) -> None:
        self._ticking: asyncio.Task[None] | None = None
        self._due = math.inf
        self._held_until = -math.inf
        self._last = 0.0

    @property
    def seconds(self) -> float:
        """How late the last tick came, or the next one is already."""
        return max(self._last, time.monotonic() - self._due, 0.0)

    def start(self) -> None:
        """Begin to tick, in the running loop."""
        self._ticking = self._ticking or asyncio.create_task(self._tick())

    def close(self) -> None:
        """Tick no more."""
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking, self._due = None, math.inf

    def held_since(self, moment: float) -> bool:
        """Whether the loop was held for `HELD_SECONDS` or longer, in a stretch that ended after `moment`."""
        return self._held_until >= moment or time.monotonic() - self._due >= HELD_SECONDS

    async def _tick(self) -> None:
        while True:
            seconds = until_tick(TICK_SECONDS)
            self._due = time.monotonic() + seconds
            await asyncio.sleep(seconds)
            now = time.monotonic()
            self._last = now - self._due
            if self._last >= HELD_SECONDS:
                self._held_until = now
