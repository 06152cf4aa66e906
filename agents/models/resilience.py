"""Patience, deadlines and limits for any model, each by wrapping it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from agents.errors import ModelFailed
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest

PASSING = frozenset({"connection", "overloaded"})  # kinds of failure that may be gone a moment later
LONGEST_WAIT = 20.0  # seconds; a person waits at the other end
BUSY_RETRY_AFTER = 1.0  # seconds; what a full queue tells those it turns away


class Wrapped:
    """A model around a model: same name, same life."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def start(self) -> None:
        await self._model.start()

    async def close(self) -> None:
        await self._model.close()


class Retrying(Wrapped):
    """Asks again after a passing failure, as long as nothing of the reply has come.

    `attempts` counts the first one. Waits double from `backoff` seconds, each cut to a random share between half and
    whole, or last as long as the endpoint asks; a wait past `longest` seconds is not begun.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        attempts: int = 2,
        backoff: float = 0.5,
        longest: float = LONGEST_WAIT,
        dice: random.Random | None = None,
    ) -> None:
        super().__init__(model)
        self._attempts = attempts
        self._backoff = backoff
        self._longest = longest
        self._dice = dice or random.Random()

    async def complete(self, request: ModelRequest) -> Completion:
        for attempt in range(1, self._attempts):
            try:
                return await self._model.complete(request)
            except ModelFailed as failure:
                await self._rest(failure, attempt)
        return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        attempt, begun = 0, False
        while True:
            attempt += 1
            try:
                async with aclosing(self._model.stream(request)) as chunks:
                    async for chunk in chunks:
                        begun = True
                        yield chunk
                return
            except ModelFailed as failure:
                if begun or attempt >= self._attempts:
                    raise
                await self._rest(failure, attempt)

    async def _rest(self, failure: ModelFailed, attempt: int) -> None:
        """Wait before the next attempt, or raise the failure if another makes no sense."""
        seconds = self._seconds(failure, attempt)
        if not _is_passing(failure) or seconds > self._longest:
            raise failure
        await asyncio.sleep(seconds)

    def _seconds(self, failure: ModelFailed, attempt: int) -> float:
        if failure.retry_after is not None:
            return failure.retry_after
        return self._backoff * float(2 ** (attempt - 1)) * self._dice.uniform(0.5, 1.0)


def _is_passing(failure: ModelFailed) -> bool:
    return failure.kind in PASSING or (failure.kind == "status" and (failure.status or 0) >= 500)


class TimeLimited(Wrapped):
    """Gives up `seconds` after the call began, whatever the model does in between; waits of the reader count too."""

    def __init__(self, model: ChatModel, *, seconds: float) -> None:
        super().__init__(model)
        self._seconds = seconds

    async def complete(self, request: ModelRequest) -> Completion:
        async with self._deadline(self._ends()):
            return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        ends = self._ends()
        async with aclosing(self._model.stream(request)) as chunks:
            while True:
                # Not around the whole stream: a deadline must not strike while the reader's own code runs.
                async with self._deadline(ends):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk

    def _ends(self) -> float:
        return asyncio.get_running_loop().time() + self._seconds

    @asynccontextmanager
    async def _deadline(self, ends: float) -> AsyncIterator[None]:
        # A chunk that is there at once gives a timeout no chance to strike.
        if asyncio.get_running_loop().time() >= ends:
            raise ModelFailed(self.name, "timeout")
        try:
            async with asyncio.timeout_at(ends):
                yield
        except TimeoutError:
            raise ModelFailed(self.name, "timeout") from None


class ConcurrencyLimited(Wrapped):
    """Lets `at_once` calls through and `waiting` more wait for their turn; the next is turned away at once."""

    def __init__(self, model: ChatModel, *, at_once: int, waiting: int) -> None:
        super().__init__(model)
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def complete(self, request: ModelRequest) -> Completion:
        async with self._turn():
            return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        async with self._turn(), aclosing(self._model.stream(request)) as chunks:
            async for chunk in chunks:
                yield chunk

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._inside >= self._most:
            raise ModelFailed(self.name, "overloaded", retry_after=BUSY_RETRY_AFTER)
        self._inside += 1
        try:
            async with self._turns:
                yield
        finally:
            self._inside -= 1
