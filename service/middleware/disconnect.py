"""The client's end of a connection: it may leave at any moment, or stop reading."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, NoReturn

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agents.reused_timeout import ReusedTimeout
from service.giving_up import give_up

SEND_SECONDS = 30.0  # a client that takes nothing for so long has gone


class ClientGone(Exception):
    """The client closed the connection, or stopped reading."""


async def while_connected(
    receive: Receive, work: Coroutine[Any, Any, None], *watches: Coroutine[Any, Any, NoReturn]
) -> None:
    """Do the work until the client leaves (`ClientGone`) or a watch raises; then it is given up at once."""

    async def disconnected() -> NoReturn:
        while (await receive())["type"] != "http.disconnect":
            pass
        raise ClientGone

    tasks = [asyncio.create_task(each) for each in (work, disconnected(), *watches)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        await next(task for task in tasks if task.done())  # the work, if it is done too
    finally:
        await give_up(tasks)


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

    async def begin_events(self, headers: dict[str, str]) -> None:
        """The head of a stream of server-sent events."""
        headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", **headers}
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._send({"type": "http.response.start", "status": 200, "headers": raw})

    async def write(self, data: bytes) -> None:
        """More of the body."""
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        """The end of the body."""
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def close(self) -> None:
        """After the last that is sent."""
        self._timeout.close()

    async def _send(self, message: Any) -> None:
        try:
            async with self._timeout(SEND_SECONDS):
                await self.send(message)
        except (TimeoutError, OSError):
            raise ClientGone from None
