"""Retries and a limit on concurrency, for any model, each by wrapping it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Literal

from agents.errors import Facts, ModelFailed
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest

TRANSIENT = frozenset({"connection", "overloaded"})  # kinds of failure that may be gone a moment later
LONGEST_WAIT = 20.0  # seconds; a person waits for the answer
BUSY_RETRY_AFTER = 1.0  # seconds; sent with the refusal of a full queue


State = Literal["closed", "open", "half open"]


@dataclass(frozen=True)
class Health:
    """Whether a model gets calls (`open` means that it does not), and its last failure since it last answered."""

    state: State = "closed"
    failure: Facts | None = None


class Wrapped:
    """A model around a model: it has its name and its health, and starts and closes it."""

    def __init__(self, model: ChatModel) -> None:
        self._model = model
        self.name = model.name

    @property
    def health(self) -> Health:
        return health_of(self._model)

    async def start(self) -> None:
        await self._model.start()

    async def close(self) -> None:
        await self._model.close()

    async def look_again(self) -> None:
        """Where the model gets no calls, find out whether it answers again, once that is due."""
        if isinstance(self._model, Wrapped):
            await self._model.look_again()


def health_of(model: ChatModel) -> Health:
    """The health of a model; one that nothing watches is taken to be well."""
    return model.health if isinstance(model, Wrapped) else Health()


class Retrying(Wrapped):
    """Asks again after a transient failure, as long as nothing of the reply has come.

    `attempts` counts the first one too. Waits start at `backoff` seconds and double, each multiplied by a random number
    between 0.5 and 1. Where the endpoint says how long to wait, it is that long. There is no retry if the wait would be
    longer than `longest` seconds.
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
                await self._pause(failure, attempt)
        return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        attempt, started = 0, False
        while True:
            attempt += 1
            try:
                async with aclosing(self._model.stream(request)) as chunks:
                    async for chunk in chunks:
                        started = True
                        yield chunk
                return
            except ModelFailed as failure:
                if started or attempt >= self._attempts:
                    raise
                await self._pause(failure, attempt)

    async def _pause(self, failure: ModelFailed, attempt: int) -> None:
        """Wait before the next attempt, or raise the failure if another one makes no sense."""
        seconds = self._seconds(failure, attempt)
        transient = failure.kind in TRANSIENT or failure.is_server_error
        if not transient or seconds > self._longest:
            raise failure
        await asyncio.sleep(seconds)

    def _seconds(self, failure: ModelFailed, attempt: int) -> float:
        if failure.retry_after is not None:
            return failure.retry_after
        return self._backoff * float(2 ** (attempt - 1)) * self._dice.uniform(0.5, 1.0)


class ConcurrencyLimited(Wrapped):
    """Runs `at_once` calls; `waiting` more wait for their turn, and any beyond that fail at once as `overloaded`."""

    def __init__(self, model: ChatModel, *, at_once: int, waiting: int) -> None:
        super().__init__(model)
        self._turns = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def complete(self, request: ModelRequest) -> Completion:
        with self._place():
            async with self._turns:
                return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        with self._place():
            async with self._turns, aclosing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._inside >= self._most:
            raise ModelFailed(self.name, "overloaded", retry_after=BUSY_RETRY_AFTER)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
