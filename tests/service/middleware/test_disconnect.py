"""The client's end of a connection: when it leaves, or stops reading, what was done for it is given up."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from service.middleware import disconnect
from service.middleware.disconnect import ClientConnection, ClientGone, Watch, while_connected


class Client:
    """A client whose messages a test hands out, and which keeps what it was sent."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.messages: asyncio.Queue[Message] = asyncio.Queue()
        self.got: list[Any] = []
        self._fault = fault

    async def receive(self) -> Message:
        return await self.messages.get()

    async def send(self, message: Any) -> None:
        if self._fault is not None:
            raise self._fault
        self.got.append(message)

    def leave(self) -> None:
        self.messages.put_nowait({"type": "http.disconnect"})

    def connection(self) -> ClientConnection:
        return ClientConnection({"type": "http", "state": {"request_id": "req_1"}}, self.receive, self.send)


class Work:
    """Work that goes on until it is given up."""

    cancelled = False

    async def __call__(self) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def lapse() -> NoReturn:
    raise PermissionError("the key was revoked")


async def test_work_that_is_done_ends_the_wait_and_every_watch() -> None:
    client, watch, done = Client(), Work(), []

    async def work() -> None:
        await asyncio.sleep(0)
        done.append(True)

    await while_connected(client.receive, work(), Watch(watch))  # type: ignore[arg-type]
    assert done == [True]
    assert watch.cancelled
    assert len(asyncio.all_tasks()) == 1  # nothing is left behind


async def test_a_client_that_leaves_ends_the_work() -> None:
    client, work = Client(), Work()
    client.messages.put_nowait({"type": "http.request", "body": b"", "more_body": False})  # no reason to end
    asyncio.get_running_loop().call_later(0.01, client.leave)
    with pytest.raises(ClientGone):
        await while_connected(client.receive, work())
    assert work.cancelled
    assert len(asyncio.all_tasks()) == 1


async def test_a_watch_ends_the_work_with_its_own_error() -> None:
    work = Work()
    with pytest.raises(PermissionError, match="revoked"):
        await while_connected(Client().receive, work(), Watch(lapse))
    assert work.cancelled


async def test_a_watch_begins_when_its_time_has_come_and_not_for_work_that_is_done_by_then() -> None:
    await while_connected(Client().receive, asyncio.sleep(0), Watch(lapse, 0.01))
    work = Work()
    with pytest.raises(PermissionError, match="revoked"):
        await while_connected(Client().receive, work(), Watch(lapse, 0.01))
    assert work.cancelled
    assert len(asyncio.all_tasks()) == 1


async def test_who_was_let_go_by_a_watch_can_wait_again() -> None:
    with pytest.raises(PermissionError):
        await while_connected(Client().receive, Work()(), Watch(lapse))
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()
    await asyncio.sleep(0)


async def test_an_error_of_the_work_is_raised_as_it_is() -> None:
    with pytest.raises(PermissionError):
        await while_connected(Client().receive, lapse())


async def test_work_that_is_done_counts_even_if_the_client_leaves_at_that_moment() -> None:
    for _ in range(20):  # of two that are done, a set gives either
        client = Client()
        client.leave()
        await while_connected(client.receive, asyncio.sleep(0))


async def test_who_waits_is_cancelled_with_the_work() -> None:
    work = Work()
    waiting = asyncio.create_task(while_connected(Client().receive, work()))
    await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.cancelled


async def test_events_have_a_head_pieces_and_an_end() -> None:
    client = Client()
    connection = client.connection()
    await connection.begin_events({"x-guard-verdict": "safe"})
    await connection.write(b"data: 1\n\n")
    await connection.end()
    start, piece, end = client.got
    assert (start["type"], start["status"]) == ("http.response.start", 200)
    assert (b"x-guard-verdict", b"safe") in start["headers"]
    assert (b"content-type", b"text/event-stream; charset=utf-8") in start["headers"]
    assert (piece["body"], piece["more_body"]) == (b"data: 1\n\n", True)
    assert (end["body"], end["more_body"]) == (b"", False)


async def test_a_whole_response_is_sent_by_the_same_way() -> None:
    client = Client()
    await client.connection().respond(PlainTextResponse("hello", 201))
    assert [message.get("status", message.get("body")) for message in client.got] == [201, b"hello"]
    assert client.connection().request_id == "req_1"


@pytest.mark.parametrize("fault", [BrokenPipeError(), ConnectionResetError(), OSError()])
async def test_a_client_that_cannot_be_written_to_is_gone(fault: OSError) -> None:
    with pytest.raises(ClientGone):
        await Client(fault).connection().write(b"x")


async def test_a_client_that_takes_nothing_is_gone_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnect, "SEND_SECONDS", 0.01)

    async def never(_: Any) -> None:
        await asyncio.Event().wait()

    client = Client()
    with pytest.raises(ClientGone):
        await ClientConnection({"type": "http"}, client.receive, never).end()


async def test_each_write_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disconnect, "SEND_SECONDS", 0.1)
    taken = asyncio.Event()

    async def send(message: Any) -> None:
        if message["body"]:
            await asyncio.sleep(0.03)
        else:
            await taken.wait()  # it reads no more

    connection = ClientConnection({"type": "http"}, Client().receive, send)
    for _ in range(6):
        await connection.write(b"x")
    with pytest.raises(ClientGone):
        await connection.end()
    connection.close()
