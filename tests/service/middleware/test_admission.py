"""The work queue: what there is no place for is refused at once and cheaply, and everything else is answered."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from service.middleware.admission import WorkQueue
from service.middleware.queue_limits import QueueLimits
from service.openai.errors import WireFault
from tests.service.places import place
from tests.service.raw import head, raw
from tests.service.running import body, paced, running
from tests.service.waiting import until

SMALL: dict[str, Any] = {"in_work": 1, "waiting": 1}


async def test_the_one_too_many_is_refused_and_all_others_are_answered(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), **SMALL) as proxy:
        first = proxy.ask()
        await until(lambda: proxy.cast.answers.requests)
        second = proxy.ask()
        await asyncio.sleep(0.2)
        third = await proxy.http.post("/v1/chat/completions", json=body())
        inquiry = await proxy.http.post("/v1/guard", json=body())
        assert third.status_code == inquiry.status_code == 503
        assert third.json()["error"]["code"] == "overloaded"
        assert third.headers["retry-after"] == "1"
        assert len(proxy.cast.answers.requests) == 1
        assert (await proxy.http.get("/healthz")).status_code == 200
        assert (await proxy.http.get("/readyz")).status_code == 200
        assert (await proxy.http.get("/v1/models")).status_code == 200
        gate.set()
        assert [(await each).status_code for each in (first, second)] == [200, 200]
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200


async def test_it_is_refused_at_its_head_before_its_body_has_come(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), in_work=1, waiting=0) as proxy:
        first = proxy.ask()
        await until(lambda: proxy.cast.answers.requests)
        reader, writer = await raw(proxy, head(50 * 1024**2))
        status = await asyncio.wait_for(reader.readline(), 5)
        assert status.startswith(b"HTTP/1.1 503 ")
        writer.close()
        gate.set()
        assert (await first).status_code == 200


async def test_a_wait_has_its_end(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), **SMALL, queue_seconds=0.1) as proxy:
        first = proxy.ask()
        await until(lambda: proxy.cast.answers.requests)
        second = await proxy.http.post("/v1/chat/completions", json=body())
        assert (second.status_code, second.json()["error"]["code"]) == (503, "overloaded")
        gate.set()
        assert (await first).status_code == 200


@pytest.mark.parametrize("fault", [{"messages": []}, {"model": "nobody"}])
async def test_refused_requests_and_streams_give_their_place_back(tmp_path: Path, fault: dict[str, Any]) -> None:
    async with running(tmp_path, in_work=1, waiting=0) as proxy:
        for _ in range(3):
            assert (await proxy.http.post("/v1/chat/completions", json=body(**fault))).status_code in {400, 404}
            reply = await proxy.http.post("/v1/chat/completions", json=body(stream=True))
            assert reply.text.endswith("[DONE]\n\n")


async def test_places_go_to_those_who_waited_longest() -> None:
    queue = WorkQueue(QueueLimits(in_work=2, waiting=10))
    order: list[int] = []

    async def visit(number: int) -> None:
        async with place(queue):
            order.append(number)
            assert queue.in_work <= 2
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(number) for number in range(12)))
    assert order == list(range(12))
    assert (queue.in_work, queue.waiting) == (0, 0)


async def test_given_up_waits_leave_nothing_behind() -> None:
    queue = WorkQueue(QueueLimits(in_work=1, waiting=5))
    async with AsyncExitStack() as inside:
        await inside.enter_async_context(place(queue))
        waits = [asyncio.create_task(inside.enter_async_context(place(queue))) for _ in range(5)]
        await asyncio.sleep(0)
        assert queue.waiting == 5
        with pytest.raises(WireFault):
            queue.check()
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        assert (queue.in_work, queue.waiting) == (1, 0)
    await asyncio.wait_for(queue.idle(5), 1)
    assert queue.has_room


async def test_a_queue_that_does_not_empty_is_not_waited_for_for_ever() -> None:
    queue = WorkQueue()
    async with place(queue):
        await queue.idle(0.01)
        assert queue.in_work == 1
