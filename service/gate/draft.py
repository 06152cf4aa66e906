"""The draft: the model's own answer, begun beside the judgement and held here until the gate lets it go or drops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from agents.errors import ModelFailed
from agents.meter import Meter
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest

T = TypeVar("T")

MAX_HELD = 8192  # chunks; past it the model is not read further until the gate decides


@dataclass(frozen=True)
class Asked:
    """What the answering model is asked, and the seconds that it has in all."""

    model: ChatModel
    request: ModelRequest
    seconds: float


@dataclass
class Clock:
    """When a call began and ended, in monotonic seconds."""

    began: float = field(default_factory=time.monotonic)
    ended: float | None = None

    @property
    def milliseconds(self) -> float | None:
        """How long the call took; None while it runs."""
        return None if self.ended is None else (self.ended - self.began) * 1000


class WholeDraft:
    """A reply that comes in one piece."""

    def __init__(self, asked: Asked) -> None:
        self.clock = Clock()
        self.meter = Meter(asked.model.name, asked.request.messages)
        self._task = asyncio.create_task(_bounded(asked, self._complete(asked), self))

    async def completion(self) -> Completion:
        """The reply; raises `ModelFailed`."""
        return await self._task

    def cancel(self) -> None:
        """Stop the call and forget what came."""
        _stop(self._task)

    async def _complete(self, asked: Asked) -> Completion:
        completion = await asked.model.complete(asked.request)
        self.meter.see(completion)
        return completion


class StreamedDraft:
    """A reply that comes in chunks, kept in order. What was read of it is held in a bounded queue."""

    def __init__(self, asked: Asked) -> None:
        self.clock = Clock()
        self.meter = Meter(asked.model.name, asked.request.messages)
        self._held: asyncio.Queue[Chunk | ModelFailed | None] = asyncio.Queue(MAX_HELD)
        self._task = asyncio.create_task(self._read(asked))

    async def chunks(self) -> AsyncIterator[Chunk]:
        """What was held, then the rest as it comes; raises `ModelFailed` where the stream broke."""
        while (item := await self._held.get()) is not None:
            if isinstance(item, ModelFailed):
                raise item
            yield item

    def cancel(self) -> None:
        """Stop the call and forget what came."""
        _stop(self._task)

    async def _read(self, asked: Asked) -> None:
        end: ModelFailed | None = None
        try:
            await _bounded(asked, self._hold(asked), self)
        except ModelFailed as failure:
            end = failure
        await self._held.put(end)

    async def _hold(self, asked: Asked) -> None:
        async with aclosing(asked.model.stream(asked.request)) as chunks:
            async for chunk in chunks:
                self.meter.see(chunk)
                await self._held.put(chunk)


class Measured(Protocol):
    """A call whose time and tokens are taken."""

    clock: Clock
    meter: Meter


async def _bounded(asked: Asked, work: Awaitable[T], measured: Measured) -> T:
    """Wait for a model within its deadline; whatever it raises is the model's failure."""
    try:
        async with asyncio.timeout(asked.seconds):
            return await work
    except TimeoutError:
        raise ModelFailed(asked.model.name, "timeout") from None
    except ModelFailed:
        measured.meter.failed = True
        raise
    except Exception as error:
        measured.meter.failed = True
        raise ModelFailed(asked.model.name, "internal") from error
    finally:
        measured.clock.ended = time.monotonic()


def _stop(task: asyncio.Task[T]) -> None:
    task.add_done_callback(_forget)
    task.cancel()


def _forget(task: asyncio.Task[T]) -> None:
    """Take the failure of a call that nobody waits for any more, so that none is reported as lost."""
    if not task.cancelled():
        task.exception()
