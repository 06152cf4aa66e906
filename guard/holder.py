"""The guard that serves now. It can be exchanged for another while the requests that it began with finish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from guard.guard import Guard


class GuardHolder:
    """Holds one guard at a time.

        with holder.lease() as guard:      # one request, served whole by one guard
            ...
        await holder.exchange(another)     # new requests get `another`; the old guard closes after its last request

    Models that both guards share are neither loaded twice nor closed (`guard.model_pool`).
    """

    def __init__(self, guard: Guard) -> None:
        self.current = guard
        self._watchers: list[Callable[[Guard], None]] = []
        self._retiring: dict[asyncio.Task[None], Guard] = {}
        self._turn = asyncio.Lock()

    def watch(self, watcher: Callable[[Guard], None]) -> None:
        """Call `watcher` with the current guard now, and with each that takes its place."""
        self._watchers.append(watcher)
        watcher(self.current)

    @contextmanager
    def lease(self) -> Iterator[Guard]:
        """The current guard, kept open until the request that uses it has ended."""
        guard = self.current
        with guard.models.lease():
            yield guard

    async def exchange(self, guard: Guard) -> None:
        """Start `guard` and let it serve. Where it cannot start, that is raised, and the current one goes on."""
        async with self._turn:
            await self.prepare(guard)
            self.adopt(guard)

    async def prepare(self, guard: Guard) -> None:
        """Start a guard that is to serve later. Where it cannot start, it is closed, and that is raised."""
        try:
            await guard.start()
        except BaseException:
            await guard.close()
            raise

    def adopt(self, guard: Guard) -> None:
        """Let a guard that has started serve, from the next request on."""
        retired, self.current = self.current, guard
        for watcher in self._watchers:
            watcher(guard)
        task = asyncio.create_task(retired.retire())
        self._retiring[task] = retired
        task.add_done_callback(self._retiring.pop)

    async def start(self) -> None:
        """Start the guard that serves first."""
        await self.current.start()

    async def close(self) -> None:
        """Close the current guard and what is left of earlier ones, whoever still uses them."""
        for guard in self._retiring.values():
            guard.models.evict()
        await asyncio.gather(*self._retiring, return_exceptions=True)
        await self.current.close()
