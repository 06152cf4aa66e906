"""What routes depend on: who calls, and a place in the work queue, held until the request is answered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request

from service.gate.request_context import Caller
from service.keys.errors import KeyRefused
from service.routes.dependencies import authenticate, caller_of, key_of, queue_slot, service_of
from service.state import Service
from tests.service.gate.in_process import CLIENT, opened
from tests.service.places import place
from tests.service.raw import head, raw
from tests.service.running import body, paced, running
from tests.service.test_keys import make_key
from tests.service.waiting import until

SMALL: dict[str, Any] = {"in_work": 1, "waiting": 1}


def request(service: Service | None = None, *messages: Any, **scope: Any) -> Request:
    """A request whose client sends these messages, and then nothing."""
    left = list(messages)

    async def receive() -> Any:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    state = {"service": service, "request_id": "req_1", "key": None, **scope.pop("state", {})}
    return Request({"type": "http", "headers": [], "client": ("10.0.0.7", 5), "state": state, **scope}, receive)


WHOLE = {"type": "http.request", "body": b"{}", "more_body": False}
GONE = {"type": "http.disconnect"}


# ---- who calls ----


def test_a_caller_is_known_by_request_address_and_key() -> None:
    assert caller_of(request(state={"key": CLIENT})) == Caller("req_1", "10.0.0.7", CLIENT)
    assert caller_of(request(state={"key": None}, client=None)) == Caller("req_1", "unknown", None)


async def test_a_key_opens_the_door_once_there_is_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        anyone = request(app.service)
        await authenticate(anyone)
        assert key_of(anyone) is None
    token = make_key(tmp_path)
    async with opened(tmp_path) as app:
        known = request(app.service, headers=[(b"authorization", f"Bearer {token}".encode())])
        await authenticate(known)
        assert (key_of(known) or CLIENT).id == token.split("_")[2]
        with pytest.raises(KeyRefused):
            await authenticate(request(app.service))


# ---- a place in the queue ----


async def test_a_place_is_held_from_the_end_of_the_body_to_the_end_of_the_request(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        arriving = request(app.service, {**WHOLE, "more_body": True}, WHOLE)
        queue = service_of(arriving).queue
        assert queue.in_work == 0
        async with queue_slot(arriving):
            assert queue.in_work == 1
        assert queue.in_work == 0


async def test_a_body_that_is_not_whole_takes_no_place(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        slot = queue_slot(request(app.service, {**WHOLE, "more_body": True}))
        waiting = asyncio.ensure_future(slot.__aenter__())
        await asyncio.sleep(0.01)
        assert (app.service.queue.in_work, app.service.queue.waiting) == (0, 0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)


async def test_who_leaves_while_it_waits_frees_its_turn(tmp_path: Path) -> None:
    async with opened(tmp_path, settings=SMALL) as app:
        queue = app.service.queue
        async with place(queue):
            with pytest.raises(ClientDisconnect):
                await queue_slot(request(app.service, WHOLE, GONE)).__aenter__()
            assert queue.waiting == 0
        assert queue.has_room


async def test_who_sends_slowly_takes_no_place(tmp_path: Path) -> None:
    async with running(tmp_path, **SMALL) as proxy:
        slow = [await raw(proxy, head(1000) + b'{"model":') for _ in range(8)]
        await asyncio.sleep(0.1)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        for _, writer in slow:
            writer.close()


async def test_who_leaves_while_waiting_waits_no_more(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), **SMALL) as proxy:
        first = proxy.ask()
        await until(lambda: proxy.cast.answers.requests)
        whole = json.dumps(body()).encode()
        _, writer = await raw(proxy, head(len(whole)) + whole)
        await asyncio.sleep(0.2)
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 503
        writer.close()
        await asyncio.sleep(0.3)
        second = proxy.ask()
        await asyncio.sleep(0.2)
        assert not second.done()
        gate.set()
        assert [(await each).status_code for each in (first, second)] == [200, 200]
