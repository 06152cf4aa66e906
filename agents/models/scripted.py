"""A model that replies by a script: for tests, documentation and trying out a configuration."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence

from agents.conversation import ImagePart
from agents.models.base import Chunk, Completion, JsonObject, ModelRequest, Usage
from agents.models.openai_format import Envelope, wants_usage

WORD = re.compile(r"\S+\s*|\s+")  # no space is tried twice

Reply = str | JsonObject | Completion | Exception
"""Text; an object, sent as JSON; a whole completion, such as one with tool calls; or an error."""

Script = Sequence[Reply] | Callable[[ModelRequest], Reply]
"""Replies in order (asking for more raises `LookupError`), or a function of the request."""


class ScriptedModel:
    """Replies by a script and keeps the requests that it got.

    `delay` is the seconds before a reply, `pace` those between the words of a stream. With a `gate`, no reply begins
    before the event is set. Usage counts words, and a picture as one. `cancelled` counts calls that were given up.
    """

    def __init__(
        self,
        script: Script,
        *,
        name: str = "scripted",
        delay: float = 0.0,
        pace: float = 0.0,
        gate: asyncio.Event | None = None,
    ) -> None:
        self._name = name
        self._reply = script if callable(script) else _in_order(iter(list(script)), name)
        self._delay = delay
        self._pace = pace
        self._gate = gate
        self.requests: list[ModelRequest] = []
        self.cancelled = 0
        self.running = False

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> None:
        self.running = True

    async def close(self) -> None:
        self.running = False

    async def complete(self, request: ModelRequest) -> Completion:
        return await self._answer(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        completion = await self._answer(request)
        for body in _chunks(completion, usage=wants_usage(request.options.get("stream_options"))):
            yield Chunk(body)
            await self._wait(self._pace)

    async def _answer(self, request: ModelRequest) -> Completion:
        self.requests.append(request)
        if self._gate is not None:
            await self._counted(self._gate.wait())
        await self._wait(self._delay)
        reply = self._reply(request)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, Completion):
            return reply
        text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
        parts = [part for message in request.messages for part in message.parts]
        asked = sum(1 if isinstance(part, ImagePart) else len(part.text.split()) for part in parts)
        return Completion(Envelope(self._name).completion(text, Usage(asked, len(WORD.findall(text)))))

    async def _wait(self, seconds: float) -> None:
        if seconds:
            await self._counted(asyncio.sleep(seconds))

    async def _counted(self, wait: Awaitable[object]) -> None:
        try:
            await wait
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


def _in_order(replies: Iterator[Reply], name: str) -> Callable[[ModelRequest], Reply]:
    def next_reply(_: ModelRequest) -> Reply:
        try:
            return next(replies)
        except StopIteration:
            raise LookupError(f"the script of {name!r} has no reply left") from None

    return next_reply


def _chunks(completion: Completion, *, usage: bool) -> Iterator[JsonObject]:
    """The completion word by word; tool calls, which have no words, in one piece."""
    body = completion.body
    envelope = Envelope(str(body.get("model")), str(body.get("id")), int(body.get("created") or 0))
    choice = body["choices"][0]
    yield envelope.opening()
    for word in WORD.findall(completion.text):
        yield envelope.piece(word)
    if choice["message"].get("tool_calls"):
        calls = [{"index": index, **call} for index, call in enumerate(choice["message"]["tool_calls"])]
        yield envelope.chunk({"tool_calls": calls})
    yield envelope.ending(str(choice.get("finish_reason")))
    if usage:
        yield envelope.accounts(completion.usage)
