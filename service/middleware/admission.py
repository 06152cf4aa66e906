"""The work queue: a bounded number of requests in work, a bounded number waiting, and the next is refused at once.

Refusing costs next to nothing, so under overload the machine still spends its time on requests that get an answer
(Site Reliability Engineering, chapter 21: a server that sheds late spends its time on work that nobody gets).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.queue_limits import QueueLimits
from service.middleware.shares import Share, SharedPlaces
from service.openai.errors import OVERLOADED, WireFault


class WorkQueue:
    """Places for requests, first come, first served, up to each client's share.

    Times are of the event loop's monotonic clock.
    """

    def __init__(self, limits: QueueLimits | None = None) -> None:
        self._limits = limits or QueueLimits()
        self._places = asyncio.Semaphore(self._limits.in_work)
        self._shares = SharedPlaces(self._limits.in_work)
        self._inside = 0
        self._in_work = 0
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def in_work(self) -> int:
        """Requests that have a place."""
        return self._in_work

    @property
    def has_room(self) -> bool:
        """Whether a place is free now."""
        return not self._places.locked()

    def has_room_for(self, share: Share) -> bool:
        """Whether a place is free now that this client may take."""
        return self.has_room and self._shares.has_room_for(share)

    @property
    def waiting(self) -> int:
        """Requests that wait for one; where any do, all places are taken, or all of their client's share."""
        return self._inside - self._in_work

    def check(self) -> None:
        """Raise the fault of an overloaded service where nobody more may even wait."""
        if self._inside >= self._limits.inside:
            raise WireFault(OVERLOADED)

    async def enter(self, share: Share) -> None:
        """Take a place for one request, until `leave`; raises the same fault where there is none in time."""
        self.check()
        if self._shares.users(share) >= share.of(self._limits.inside):
            raise WireFault(OVERLOADED)
        self._inside += 1
        self._empty.clear()
        try:
            await self._turn(share)
        except BaseException:
            self._go()
            raise

    def leave(self, share: Share) -> None:
        """Give a place back."""
        self._in_work -= 1
        self._places.release()
        self._shares.give_back(share)
        self._go()

    async def idle(self, seconds: float) -> None:
        """Return when nobody is inside, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._empty.wait()

    async def _turn(self, share: Share) -> None:
        """Wait for a place of the client's own, then for one of all. One that is free needs no timer."""
        if self.has_room_for(share):
            await self._take(share)
            return
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._take(share)
        except TimeoutError:
            raise WireFault(OVERLOADED) from None

    async def _take(self, share: Share) -> None:
        await self._shares.take(share)
        try:
            await self._places.acquire()
        except BaseException:
            self._shares.give_back(share)
            raise
        self._in_work += 1

    def _go(self) -> None:
        self._inside -= 1
        if not self._inside:
            self._empty.set()


class AdmissionMiddleware:
    """Refuses a request where the queue is full: by its address alone, before any of its body is read."""

    def __init__(self, app: ASGIApp, queue: WorkQueue, paths: Collection[str]) -> None:
        self._app = app
        self._queue = queue
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._paths:
            self._queue.check()
        await self._app(scope, receive, send)
