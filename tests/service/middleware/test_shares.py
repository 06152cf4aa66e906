"""Shares: nobody takes all of what clients share, and who is alone may have all of it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from service.middleware.admission import WorkQueue
from service.middleware.queue_limits import QueueLimits
from service.middleware.shares import Share, SharedPlaces
from service.openai.errors import WireFault
from tests.service.places import place

GREEDY, OTHER = Share("greedy", 0.5), Share("other", 0.5)


def test_a_share_is_at_least_one() -> None:
    assert [Share("a", 0.5).of(whole) for whole in (1, 2, 3, 64)] == [1, 1, 2, 32]
    assert Share().of(64) == 64


async def test_places_of_a_client_wait_for_each_other_and_for_nobody_else() -> None:
    places = SharedPlaces(2)
    async with places.place(GREEDY):
        second = asyncio.create_task(places.place(GREEDY).__aenter__())
        await asyncio.sleep(0)
        assert not second.done()
        assert places.users(GREEDY) == 2
        async with places.place(OTHER):
            assert places.all_users == 3
    await second
    assert places.users(OTHER) == 0


async def test_a_client_takes_its_share_of_the_queue_and_no_more() -> None:
    queue = WorkQueue(QueueLimits(in_work=4, waiting=4, seconds=5))
    async with AsyncExitStack() as held:
        for _ in range(2):
            await held.enter_async_context(place(queue, GREEDY))
        assert queue.has_room
        assert not queue.has_room_for(GREEDY)
        waits = [asyncio.create_task(place(queue, GREEDY).__aenter__()) for _ in range(2)]
        await asyncio.sleep(0)
        assert (queue.in_work, queue.waiting) == (2, 2)
        with pytest.raises(WireFault):
            await held.enter_async_context(place(queue, GREEDY))
        for _ in range(2):
            assert queue.has_room_for(OTHER)
            await held.enter_async_context(place(queue, OTHER))
        assert (queue.in_work, queue.waiting) == (4, 2)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
    assert (queue.in_work, queue.waiting) == (0, 0)
