"""Shares: where several clients share what a process has, none of them can take all of it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

KEY_SHARE = 0.5  # of places and bytes, where there are several keys; a client alone has all


@dataclass(frozen=True)
class Share:
    """Whom a request counts for, and the part that they may have, over 0 and up to 1."""

    client: str = ""
    part: float = 1.0

    def of(self, whole: int) -> int:
        """The part of a whole number, at least 1."""
        return max(1, math.ceil(whole * self.part))


ALL = Share()


@dataclass
class _Held:
    turns: asyncio.Semaphore
    users: int = field(default=0)


class SharedPlaces:
    """So many places. Where its share is taken, a client waits for one of its own requests to end."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._held: dict[str, _Held] = {}

    @property
    def all_users(self) -> int:
        """The requests of all clients that have a place or wait for one."""
        return sum(held.users for held in self._held.values())

    def users(self, share: Share) -> int:
        """The requests of a client that have a place or wait for one."""
        held = self._held.get(share.client)
        return 0 if held is None else held.users

    def has_room_for(self, share: Share) -> bool:
        """Whether a place is free now within a client's share."""
        held = self._held.get(share.client)
        return held is None or not held.turns.locked()

    @asynccontextmanager
    async def place(self, share: Share) -> AsyncIterator[None]:
        """A place within the client's share; it does not count what others hold."""
        await self.take(share)
        try:
            yield
        finally:
            self.give_back(share)

    async def take(self, share: Share) -> None:
        """Wait for such a place; whoever got one gives it back."""
        held = self._held.get(share.client)
        if held is None:
            held = self._held[share.client] = _Held(asyncio.Semaphore(share.of(self._places)))
        held.users += 1
        try:
            await held.turns.acquire()
        except BaseException:
            self._forget(share, held)
            raise

    def give_back(self, share: Share) -> None:
        held = self._held[share.client]
        held.turns.release()
        self._forget(share, held)

    def _forget(self, share: Share, held: _Held) -> None:
        held.users -= 1
        if not held.users:
            del self._held[share.client]
