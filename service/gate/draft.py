"""The draft: the model's own answer, begun beside the judgement and held until the gate releases or drops it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing
from typing import Any, Literal, TypeVar

from agents.errors import ModelFailed, forget_frames
from agents.meter import Meter
from agents.models.base import ChatModel, Chunk, Completion, JsonObject, ModelRequest, Usage
from guard.verdict import Ruling
from service.openai.replies import finish_reason

T = TypeVar("T")

MAX_HELD = 2048  # chunks, ten seconds of a fast model; past it the model is not read until the gate decides


class Draft(ABC):
    """A call to the answering model, under way from the moment it is made. `seconds` is its deadline as a whole.

    `usage` and `finish` tell of what was released so far, `meter` of all that the model sent.
    """

    def __init__(self, model: ChatModel, request: ModelRequest, seconds: float) -> None:
        self.meter = Meter(model.name, request.messages)
        self.usage = Usage()
        self.finish: str | None = None
        self._model = model
        self._request = request
        self._seconds = seconds
        self._task: asyncio.Task[Any] | None = None

    @property
    def milliseconds(self) -> float | None:
        """How long the call took; None while it runs."""
        return None if self.meter.seconds is None else self.meter.seconds * 1000

    async def bodies(self) -> AsyncGenerator[JsonObject, None]:
        """Release the reply: a completion, or chunks as they come. Raises `ModelFailed`."""
        async for body in self._held():
            self.usage = self.usage.updated(Usage.of(body))
            self.finish = finish_reason(body) or self.finish
            yield body

    def cancel(self) -> None:
        """Stop the call and forget what came, a failure too: it holds the frames of this draft, which would hold it."""
        task, self._task = self._task, None
        if task is not None:
            stop(task)

    @abstractmethod
    def _held(self) -> AsyncIterator[JsonObject]:
        """What the model sent, held until it is asked for."""

    async def _bounded(self, work: Awaitable[T]) -> T:
        """Wait for the model within its deadline. Whatever it raises is a `ModelFailed` afterwards."""
        try:
            with self.meter.timing():
                async with asyncio.timeout(self._seconds):
                    return await work
        except TimeoutError as late:
            forget_frames(late)
            raise ModelFailed(self._model.name, "timeout") from None
        except ModelFailed:
            raise
        except Exception as error:
            raise ModelFailed(self._model.name, "internal") from error


class WholeDraft(Draft):
    """A reply that comes in one piece."""

    def __init__(self, model: ChatModel, request: ModelRequest, seconds: float) -> None:
        super().__init__(model, request, seconds)
        self._task = asyncio.create_task(self._bounded(self._complete()))

    async def _held(self) -> AsyncIterator[JsonObject]:
        if self._task is not None:
            yield (await self._task).body

    async def _complete(self) -> Completion:
        completion = await self._model.complete(self._request)
        self.meter.see(completion)
        return completion


class StreamedDraft(Draft):
    """A reply that comes in chunks, held in order in a bounded queue."""

    def __init__(self, model: ChatModel, request: ModelRequest, seconds: float) -> None:
        super().__init__(model, request, seconds)
        self._queue: asyncio.Queue[Chunk | None] = asyncio.Queue(MAX_HELD)
        self._task = asyncio.create_task(self._fill())

    async def _held(self) -> AsyncIterator[JsonObject]:
        while (chunk := await self._queue.get()) is not None:
            yield chunk.body
        if self._task is not None:
            await self._task  # raises what it failed by

    async def _fill(self) -> None:
        try:
            await self._bounded(self._read())
        except ModelFailed:
            await self._queue.put(None)
            raise
        await self._queue.put(None)

    async def _read(self) -> None:
        async with aclosing(self._model.stream(self._request)) as chunks:
            async for chunk in chunks:
                self.meter.see(chunk)
                await self._queue.put(chunk)


Fate = Literal["released", "thrown away", "given up early", "never begun", "begun late"]


def draft_fate(ruling: Ruling, *, begun: bool, given_up: bool) -> Fate:
    """What became of a request's draft. One that was never begun is what beginning it late has saved."""
    if ruling.releases_draft:
        return "released" if begun and not given_up else "begun late"
    if not begun:
        return "never begun"
    return "given up early" if given_up else "thrown away"


def stop(task: asyncio.Task[T]) -> None:
    """Give a task up that nobody waits for any more."""

    def forget(task: asyncio.Task[T]) -> None:
        """Take the failure of a call that nobody waits for: it is not reported as lost, and holds no memory."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            forget_frames(error)

    if not task.cancel():  # it has ended
        forget(task)
        return
    task.add_done_callback(forget)
