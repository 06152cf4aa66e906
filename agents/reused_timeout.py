"""A timeout for many short waits, one after another: a stream's reads, or the writes to a client.

    timeout = ReusedTimeout()
    async with timeout(seconds):        # raises TimeoutError, as asyncio.timeout does
        await read()
    timeout.close()

`asyncio.timeout` makes a timer for each wait and takes it away again, which costs as much as the wait's own work. Here
a timer stays from one wait to the next, and only looks when it goes off whether there is more time by now.
"""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Any, Self


class ReusedTimeout:
    """Bounds one wait at a time. `close` it once there are no more."""

    def __init__(self) -> None:
        self._until = 0.0  # by time.monotonic
        self._task: asyncio.Task[Any] | None = None  # that waits
        self._cancelling = 0  # requests to cancel it that are not ours
        self._expired = False
        self._timer: asyncio.TimerHandle | None = None
        self._goes_off = 0.0

    def __call__(self, seconds: float) -> Self:
        """How long the wait may take that comes next."""
        self._until = time.monotonic() + seconds
        return self

    def close(self) -> None:
        """Take the timer away."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def __aenter__(self) -> None:
        self._task, self._expired = asyncio.current_task(), False
        self._cancelling = self._task.cancelling() if self._task else 0
        if self._timer is None or self._until < self._goes_off:
            self._set_timer()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        if self._expired and task and task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _set_timer(self) -> None:
        self.close()
        self._goes_off = self._until
        self._timer = asyncio.get_running_loop().call_later(self._until - time.monotonic(), self._look)

    def _look(self) -> None:
        self._timer = None
        if self._task is None:
            return
        if time.monotonic() < self._until:
            self._set_timer()
        else:
            self._expired = True
            self._task.cancel()
