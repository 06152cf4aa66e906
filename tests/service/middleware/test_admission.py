"""The work queue: what there is no place for is refused at once and cheaply, and everything else is answered."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedModel
from service.middleware.admission import QueueLimits, WorkQueue
from service.middleware.request_limits import HeldBytes
from service.openai.errors import WireFault
from tests.scripts import Roles
from tests.service.running import Cast, Proxy, body, deployment, running
from tests.service.waiting import until

SMALL: dict[str, Any] = {"in_work": 1, "waiting": 1}


def held(gate: asyncio.Event) -> Cast:
    """A cast whose answers wait at a gate."""
    return Cast(ScriptedModel(Roles(), name="answers", gate=gate), ScriptedModel(Roles(), name="judges"))


def asking(proxy: Proxy, **changes: Any) -> asyncio.Task[Any]:
    return asyncio.create_task(proxy.http.post("/v1/chat/completions", json=body(**changes)))


async def raw(proxy: Proxy, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
    writer.write(request)
    return reader, writer


def head(length: int, path: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_the_one_too_many_is_refused_and_all_others_are_answered(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, held(gate), **SMALL) as proxy:
        first = asking(proxy)
        await until(lambda: proxy.cast.answers.requests)
        second = asking(proxy)
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
    async with running(tmp_path, held(gate), in_work=1, waiting=0) as proxy:
        first = asking(proxy)
        await until(lambda: proxy.cast.answers.requests)
        reader, writer = await raw(proxy, head(50 * 1024**2))
        status = await asyncio.wait_for(reader.readline(), 5)
        assert status.startswith(b"HTTP/1.1 503 ")
        writer.close()
        gate.set()
        assert (await first).status_code == 200


async def test_who_sends_slowly_takes_no_place(tmp_path: Path) -> None:
    async with running(tmp_path, **SMALL) as proxy:
        slow = [await raw(proxy, head(1000) + b'{"model":') for _ in range(8)]
        await asyncio.sleep(0.1)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        for _, writer in slow:
            writer.close()


async def test_who_leaves_while_waiting_waits_no_more(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, held(gate), **SMALL) as proxy:
        first = asking(proxy)
        await until(lambda: proxy.cast.answers.requests)
        whole = json.dumps(body()).encode()
        _, writer = await raw(proxy, head(len(whole)) + whole)
        await asyncio.sleep(0.2)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 503
        writer.close()
        await asyncio.sleep(0.3)
        second = asking(proxy)
        await asyncio.sleep(0.2)
        assert not second.done()
        gate.set()
        assert [(await each).status_code for each in (first, second)] == [200, 200]


async def test_a_wait_has_its_end(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, held(gate), **SMALL, queue_seconds=0.1) as proxy:
        first = asking(proxy)
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


async def test_under_overload_shadow_judging_is_shed_first(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, held(gate), {"guarded": deployment(mode="shadow")}, in_work=1, waiting=2) as proxy:
        waiting = [asking(proxy)]
        await until(lambda: proxy.cast.answers.requests)
        waiting += [asking(proxy), asking(proxy)]
        await asyncio.sleep(0.2)
        gate.set()
        assert [(await each).status_code for each in waiting] == [200] * 3
        await until(lambda: len(proxy.records("outcome")) == 3)
        shadows = [outcome["shadow"] for outcome in proxy.records("outcome")]
    assert [each.get("failure") for each in shadows].count("shed") == 1
    assert [each.get("verdict") for each in shadows].count("safe") == 2


async def test_bodies_are_held_up_to_a_sum(tmp_path: Path) -> None:
    async with running(tmp_path, body_megabytes=1, held_megabytes=1) as proxy:
        half = 600 * 1024
        _, writer = await raw(proxy, head(half + 1) + b" " * half)
        await asyncio.sleep(0.2)
        large = body(metadata={"a": "x"}) | {"user": "x" * half}
        refused = await proxy.http.post("/v1/chat/completions", json=large)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        writer.close()
        await asyncio.sleep(0.2)
        again = await proxy.http.post("/v1/chat/completions", json=large)
        assert again.json()["error"]["code"] != "overloaded"


def test_what_was_held_is_given_back_whatever_happens() -> None:
    bytes_held = HeldBytes(10)
    with bytes_held.counted() as count:
        count(8)
        with pytest.raises(WireFault):
            count(3)
    with bytes_held.counted() as count:
        count(10)


async def test_places_go_to_those_who_waited_longest() -> None:
    queue = WorkQueue(QueueLimits(in_work=2, waiting=10))
    order: list[int] = []

    async def visit(number: int) -> None:
        async with queue.place():
            order.append(number)
            assert queue.in_work <= 2
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(number) for number in range(12)))
    assert order == list(range(12))
    assert (queue.in_work, queue.waiting) == (0, 0)


async def test_given_up_waits_leave_nothing_behind() -> None:
    queue = WorkQueue(QueueLimits(in_work=1, waiting=5))
    async with AsyncExitStack() as inside:
        await inside.enter_async_context(queue.place())
        waits = [asyncio.create_task(inside.enter_async_context(queue.place())) for _ in range(5)]
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
    async with queue.place():
        await queue.idle(0.01)
        assert queue.in_work == 1
