"""Tasks that are given up leave nothing behind, with the collector of cycles switched off."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from agents.errors import forget_frames
from agents.giving_up import give_up


class Request:
    """What must not stay in memory."""


@pytest.fixture(autouse=True)
def without_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


async def late(request: Request) -> None:
    """Fails by a deadline: its timer holds the task that fails."""
    try:
        async with asyncio.timeout(0):
            await asyncio.Event().wait()
    except TimeoutError:
        raise PermissionError(str(type(request))) from None


async def refused(request: Request) -> None:
    raise PermissionError(str(type(request)))


@pytest.mark.parametrize("work", [late, refused])
async def test_the_error_of_a_task_does_not_hold_what_the_task_was_about(work: object) -> None:
    async def asked(request: Request) -> None:
        tasks = [asyncio.create_task(work(request)), asyncio.create_task(asyncio.sleep(60))]  # type: ignore[operator]
        try:
            await tasks[0]
        finally:
            await give_up(tasks)

    request = Request()
    left = weakref.ref(request)
    with pytest.raises(PermissionError) as caught:
        await asked(request)
    del caught, request
    await asyncio.sleep(0)
    assert left() is None


async def test_all_have_ended_and_the_list_is_empty() -> None:
    ended: list[str] = []

    async def slow_to_leave() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            ended.append("left")

    tasks = [asyncio.create_task(slow_to_leave())]
    await asyncio.sleep(0)
    await give_up(tasks)
    assert (ended, tasks) == (["left"], [])


def test_errors_that_lead_to_each_other_are_cleared_once() -> None:
    first = ValueError("first")
    with pytest.raises(KeyError) as caught:
        raise KeyError("second") from first
    first.__cause__ = caught.value
    forget_frames(caught.value)
    assert caught.value.__cause__ is first
