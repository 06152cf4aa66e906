"""An answer on its way to the client: the passage's reply, whole or as events, for as long as the client is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agents.models.base import JsonObject
from service.gate.audit_body import verdict_word
from service.gate.exchange import D, Passage
from service.gate.release import StreamedPassage, WholePassage
from service.middleware.boundary import fault_response, log_fault
from service.openai.errors import error_body, fault_of
from service.openai.sse import DONE, WAIT, event

SEND_SECONDS = 30.0  # a client that takes nothing for so long has gone
GONE = "client gone"


class ClientGone(Exception):
    """The client closed the connection, or stopped reading."""


def guard_headers(passage: Passage[D]) -> dict[str, str]:
    """What a reply's head says of the verdict; `pending` where a stream had to begin before there was one."""
    headers = {"x-guard-decision": passage.visit.decision}
    ruling = passage.ruling
    if ruling is None:
        word = "none" if passage.recorded else "pending"
        return {**headers, "x-guard-verdict": word, "x-guard-action": word}
    headers |= {"x-guard-verdict": verdict_word(ruling.judgement), "x-guard-action": ruling.judgement.action.value}
    unjudged = [each for each in (passage.tally.final(ruling), ruling) if each.judgement.verdict is None]
    if unjudged:
        headers["x-guard-released"] = unjudged[0].released.value
    return headers


async def while_there(
    receive: Receive, work: Coroutine[Any, Any, None], *watches: Coroutine[Any, Any, NoReturn]
) -> None:
    """Do the work until the client leaves (`ClientGone`) or a watch raises; then it is given up at once."""
    working = asyncio.create_task(work)
    watching = [asyncio.create_task(watch) for watch in (_left(receive), *watches)]
    try:
        done, _ = await asyncio.wait({working, *watching}, return_when=asyncio.FIRST_COMPLETED)
        await (working if working in done else done.pop())
    finally:
        for task in (working, *watching):
            task.cancel()
        await asyncio.gather(working, *watching, return_exceptions=True)


async def _left(receive: Receive) -> NoReturn:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise ClientGone


@dataclass(frozen=True)
class Line:
    """The connection to one client. A client that stops reading has `SEND_SECONDS`, then it counts as gone."""

    scope: Scope
    receive: Receive
    send: Send

    @property
    def request_id(self) -> str:
        return str(self.scope["state"]["request_id"])

    async def respond(self, response: Response) -> None:
        await response(self.scope, self.receive, self._bounded)

    async def begin(self, headers: dict[str, str]) -> None:
        """The head of a stream."""
        told = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", **headers}
        raw = [(name.encode(), value.encode()) for name, value in told.items()]
        await self._bounded({"type": "http.response.start", "status": 200, "headers": raw})

    async def write(self, piece: bytes) -> None:
        await self._bounded({"type": "http.response.body", "body": piece, "more_body": True})

    async def end(self) -> None:
        await self._bounded({"type": "http.response.body", "body": b"", "more_body": False})

    async def _bounded(self, message: Any) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(message)
        except (TimeoutError, OSError):
            raise ClientGone from None


class Answer(Response):
    """Runs a passage while the client is there, and takes leave of it in every case."""

    background = None  # FastAPI looks for it

    def __init__(self, passage: Passage[D]) -> None:
        self._leave = passage.leave
        self._watches = passage.watches
        self._count = passage.count_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        line = Line(scope, receive, send)
        cut_off: str | None = "cancelled"
        try:
            await while_there(receive, self.tell(line), *self._watches())
            cut_off = None
        except ClientGone:
            cut_off = GONE
        except Exception as error:  # noqa: BLE001 rendered here, where the verdict's headers are known
            cut_off = fault_of(error).fault.code
            self._count(cut_off)
            log_fault(error, line.request_id)
            await self.fail(error, line)
        finally:
            self._leave(cut_off)

    async def tell(self, line: Line) -> None:
        """Send the reply."""
        raise NotImplementedError

    async def fail(self, error: Exception, line: Line) -> None:
        """Send the error."""
        raise NotImplementedError


class WholeAnswer(Answer):
    """One JSON body."""

    def __init__(self, passage: WholePassage) -> None:
        super().__init__(passage)
        self._passage = passage

    async def tell(self, line: Line) -> None:
        body = orjson.dumps(await self._passage.reply())
        await line.respond(Response(body, 200, guard_headers(self._passage), "application/json"))

    async def fail(self, error: Exception, line: Line) -> None:
        await line.respond(fault_response(error, line.request_id, guard_headers(self._passage)))


@dataclass(frozen=True)
class Patience:
    """Seconds: how long a stream's head waits for the verdict, and then between comments that keep it alive."""

    hold: float
    wait: float


class StreamedAnswer(Answer):
    """Server-sent events. The head waits for the first of them, so that it has the verdict, or the error its status."""

    def __init__(self, passage: StreamedPassage, patience: Patience) -> None:
        super().__init__(passage)
        self._passage = passage
        self._patience = patience
        self._begun = False

    async def tell(self, line: Line) -> None:
        async with aclosing(self._paced()) as bodies:
            async for body in bodies:
                await self._begin(line)
                await line.write(WAIT if body is None else event(body))
        await line.write(DONE)
        await line.end()

    async def fail(self, error: Exception, line: Line) -> None:
        if not self._begun:
            await line.respond(fault_response(error, line.request_id, guard_headers(self._passage)))
            return
        await line.write(event(error_body(fault_of(error), line.request_id)))
        await line.end()

    async def _begin(self, line: Line) -> None:
        if not self._begun:
            self._begun = True
            await line.begin(guard_headers(self._passage))

    async def _paced(self) -> AsyncGenerator[JsonObject | None, None]:
        """The chunks, and None whenever it is time for a comment."""
        chunks = self._passage.chunks()
        patience = self._patience.hold
        async with aclosing(chunks):
            while True:
                coming = asyncio.ensure_future(anext(chunks, None))
                try:
                    while not (await asyncio.wait({coming}, timeout=patience))[0]:
                        yield None
                        patience = self._patience.wait
                finally:
                    coming.cancel()
                    # The chunks can only be closed once nobody waits for the next of them.
                    await asyncio.gather(coming, return_exceptions=True)
                body = coming.result()
                if body is None:
                    return
                yield body
                patience = self._patience.wait
