"""The client's end of a connection: it may leave at any moment, or stop reading."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NoReturn, Self, cast

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agents.errors import forget_frames
from agents.giving_up import give_up
from agents.reused_timeout import ReusedTimeout

SEND_SECONDS = 30.0  # a client that takes nothing for so long has gone


class ClientGone(Exception):
    """The client closed the connection, or stopped reading."""


@dataclass(frozen=True)
class Watch:
    """What may end work that is under way, by raising. It begins so many seconds after the work does: most requests are
    answered by then, and pay for a timer in place of a task.
    """

    run: Callable[[], Coroutine[Any, Any, NoReturn]]
    after: float = 0.0


async def while_connected(receive: Receive, work: Awaitable[None], *watches: Watch) -> None:
    """Do the work until the client leaves (`ClientGone`) or a watch raises; then it is given up at once."""

    async def disconnected() -> NoReturn:
        while (await receive())["type"] != "http.disconnect":
            pass
        raise ClientGone

    async with _Watching() as watching:
        for watch in (Watch(disconnected), *watches):
            watching.begin(watch)
        await work


class _Watching:
    """Gives its block up, by cancelling the task that runs it, with the first error that a watch raises."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = cast(asyncio.Task[Any], asyncio.current_task())
        self._timers: list[asyncio.TimerHandle] = []
        self._tasks: list[asyncio.Task[NoReturn]] = []
        self._error: BaseException | None = None
        self._is_over = False

    def begin(self, watch: Watch) -> None:
        if watch.after > 0:
            self._timers.append(self._loop.call_later(watch.after, self._run, watch))
        else:
            self._run(watch)

    def _run(self, watch: Watch) -> None:
        task = self._loop.create_task(watch.run())
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[NoReturn]) -> None:
        if not (self._is_over or task.cancelled() or self._error):
            self._error = task.exception()
            self._task.cancel()

    async def __aenter__(self) -> Self:
        self._cancelling = self._task.cancelling()
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        self._is_over = True
        for timer in self._timers:
            timer.cancel()
        await give_up(self._tasks)
        ended, self._error = self._error, None
        if ended is None or self._task.uncancel() > self._cancelling:
            return  # who cancels the task beside us meant it
        if isinstance(error, asyncio.CancelledError):
            forget_frames(error)
            try:
                raise ended from None
            finally:
                del ended  # it holds this frame, which would hold it, and with it the request


@dataclass(frozen=True)
class ClientConnection:
    """Sends to one client, until it is closed. One that takes nothing for `SEND_SECONDS` has gone (`ClientGone`)."""

    scope: Scope
    receive: Receive
    send: Send
    _timeout: ReusedTimeout = field(default_factory=ReusedTimeout, init=False)

    @property
    def request_id(self) -> str:
        return str(self.scope["state"]["request_id"])

    async def respond(self, response: Response) -> None:
        """A whole response."""
        await response(self.scope, self.receive, self._send)

    async def send_json(self, body: bytes, headers: dict[str, str]) -> None:
        """A whole body."""
        await self._begin({"content-type": "application/json", "content-length": str(len(body)), **headers})
        await self._send({"type": "http.response.body", "body": body})

    async def begin_events(self, headers: dict[str, str]) -> None:
        """The head of a stream of server-sent events."""
        await self._begin({"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", **headers})

    async def write(self, data: bytes) -> None:
        """More of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        """The end of the body."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def close(self) -> None:
        """After the last that is sent."""
        self._timeout.close()

    async def _begin(self, headers: dict[str, str]) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": 200, "headers": raw})

    async def _send(self, message: Any) -> None:
        try:
            async with self._timeout(SEND_SECONDS):
                await self.send(message)
        except (TimeoutError, OSError):
            raise ClientGone from None
