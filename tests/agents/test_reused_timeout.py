"""One timer for many waits: each has its own time, and nothing is cancelled between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from agents.reused_timeout import ReusedTimeout

NEVER = 1000.0  # seconds


@pytest.fixture
def within() -> Iterator[ReusedTimeout]:
    made = ReusedTimeout()
    yield made
    made.close()


async def test_a_wait_that_takes_too_long_ends_also_after_others_that_did_not(within: ReusedTimeout) -> None:
    for _ in range(3):
        async with within(0.02):
            await asyncio.sleep(0)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            async with within(0.02):
                await asyncio.sleep(NEVER)
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()


async def test_each_wait_has_its_own_time_whatever_the_one_before_had(within: ReusedTimeout) -> None:
    async with within(0.01):
        await asyncio.sleep(0)
    async with within(NEVER):
        await asyncio.sleep(0.05)  # the first one's timer goes off here
    with pytest.raises(TimeoutError):
        async with within(0.01):  # and the second's would much too late
            await asyncio.sleep(NEVER)


async def test_nothing_is_cancelled_between_waits(within: ReusedTimeout) -> None:
    async with within(0.01):
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        async with within(0.01):
            await asyncio.sleep(NEVER)


async def test_a_time_that_is_over_lets_through_what_does_not_wait(within: ReusedTimeout) -> None:
    async with within(-1):
        pass
    with pytest.raises(TimeoutError):
        async with within(-1):
            await asyncio.sleep(NEVER)


async def test_whoever_is_cancelled_by_others_is_cancelled(within: ReusedTimeout) -> None:
    async def wait() -> None:
        async with within(NEVER):
            await asyncio.sleep(NEVER)

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_an_error_of_the_work_is_raised_as_it_is(within: ReusedTimeout) -> None:
    with pytest.raises(PermissionError):
        async with within(NEVER):
            raise PermissionError


async def test_waits_of_several_tasks_may_follow_each_other(within: ReusedTimeout) -> None:
    async def wait() -> str:
        try:
            async with within(0.01):
                await asyncio.sleep(NEVER)
        except TimeoutError:
            return "late"
        return "done"

    assert [await asyncio.create_task(wait()) for _ in range(2)] == ["late", "late"]
