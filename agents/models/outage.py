"""Tells an outage from a failure that a client may have caused: a question of our own to the same model fails too."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.loop_lag import LoopLag
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.resilience import Wrapped

QUESTION = ModelRequest((user_message("Reply with the word OK."),), {"max_tokens": 16})
QUESTION_SECONDS = 5.0  # no reply by then confirms nothing: a client's load can make a model slow
KEPT_SECONDS = 5.0  # how long an answer to our question counts; so a client cannot make us ask more often
ASKS = 2  # both must fail: the first may have met a connection that had been closed meanwhile
LAG_SECONDS = 1.0  # a loop that was held so shortly before our question may have lost its connections by that


class OutageConfirming(Wrapped):
    """Sets `outage` on a failure that our own question confirms.

    Only a lost connection and a status of 500 or more are looked into. All requests that wait share one question. It is
    put to `endpoint`, where that is given: without retries, which may wait for longer than the question has time.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        endpoint: ChatModel | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(model)
        self._endpoint = endpoint or model
        self._clock = clock
        self._lag = LoopLag()
        self._closed = False
        self._asking: asyncio.Task[bool] | None = None
        self._down = False
        self._asked_at = -math.inf

    async def start(self) -> None:
        self._closed = False
        self._lag.start()
        await super().start()

    async def close(self) -> None:
        self._closed = True  # from here on calls fail because of us
        self._lag.close()
        await super().close()

    async def complete(self, request: ModelRequest) -> Completion:
        try:
            completion = await self._model.complete(request)
        except ModelFailed as failure:
            await self._examine(failure)
            raise
        self._see_it_work()
        return completion

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        try:
            async with aclosing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ModelFailed as failure:
            await self._examine(failure)
            raise
        self._see_it_work()

    async def is_down(self) -> bool:
        """Whether our own question fails like an outage; asked anew where the last answer is too old."""
        if self._asking is None and self._clock() - self._asked_at >= KEPT_SECONDS:
            self._asking = asyncio.create_task(self._ask())
        # Shielded: others wait for the same answer when one request is given up.
        down = self._down if self._asking is None else await asyncio.shield(self._asking)
        return down and not self._closed

    async def _ask(self) -> bool:
        began, failed = time.monotonic(), 0
        self._down = False
        try:
            async with asyncio.timeout(QUESTION_SECONDS):
                while failed < ASKS and await self._question_fails():
                    failed += 1
            self._down = failed == ASKS and not self._lag.held_since(began - LAG_SECONDS)
        except TimeoutError:
            pass
        finally:
            self._asking, self._asked_at = None, self._clock()
        return self._down

    async def _question_fails(self) -> bool:
        try:
            await self._endpoint.complete(QUESTION)
        except ModelFailed as failure:
            return failure.suggests_outage
        return False

    async def _examine(self, failure: ModelFailed) -> None:
        failure.outage = failure.suggests_outage and await self.is_down()

    def _see_it_work(self) -> None:
        """It works again, so what fails from now on needs a new question."""
        if self._down:
            self._down, self._asked_at = False, -math.inf
