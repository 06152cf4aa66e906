"""A circuit breaker: after several outages in a row a model gets no calls, until a question of our own is answered.

closed ──confirmed outages in a row──► open ──after `rest` seconds our own question is answered──► closed

No client can open it: timeouts, refusals and single failures do not count (`agents.models.outage`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

from agents.errors import Facts, ModelFailed
from agents.models.base import Chunk, Completion, ModelRequest
from agents.models.outage import OutageConfirming
from agents.models.resilience import Health, State, Wrapped

logger = logging.getLogger(__name__)


class Breaking(Wrapped):
    """Fails at once with `overloaded` while its circuit is open, and says when to try again."""

    def __init__(
        self,
        model: OutageConfirming,
        *,
        failures: int = 5,
        rest: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(model)
        self._is_down = model.is_down
        self._failures = failures
        self._rest = rest
        self._clock = clock
        self._in_a_row = 0
        self._opened_at: float | None = None
        self._last: Facts | None = None  # not the failure itself, which would hold its request

    @property
    def state(self) -> State:
        """The circuit's: while it is open, the model gets no calls."""
        return "closed" if self._opened_at is None else "open"

    @property
    def health(self) -> Health:
        return Health(self.state, self._last)

    async def complete(self, request: ModelRequest) -> Completion:
        await self._check()
        try:
            completion = await self._model.complete(request)
        except ModelFailed as failure:
            self._count(failure)
            raise
        self._in_a_row, self._last = 0, None
        return completion

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        await self._check()
        try:
            async with aclosing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except ModelFailed as failure:
            self._count(failure)
            raise
        self._in_a_row, self._last = 0, None

    async def look_again(self) -> None:
        """So that it closes without a request too: a proxy that is not ready gets none."""
        with suppress(ModelFailed):
            await self._check()

    def _count(self, failure: ModelFailed) -> None:
        """Open the circuit after so many outages in a row."""
        self._last = failure.facts
        if failure.outage and self._opened_at is None:
            self._in_a_row += 1
            if self._in_a_row >= self._failures:
                self._opened_at = self._clock()
                logger.warning("model %s gets no calls for %g seconds; last: %s", self.name, self._rest, failure)

    async def _check(self) -> None:
        """Raise while the circuit is open. Once it has rested, our own question decides whether it closes."""
        if self._opened_at is None:
            return
        if self._clock() - self._opened_at >= self._rest:
            if not await self._is_down():
                if self._opened_at is not None:
                    logger.warning("model %s answers again", self.name)
                self._in_a_row, self._opened_at, self._last = 0, None, None
                return
            self._opened_at = self._clock()
        left = self._rest - (self._clock() - self._opened_at)
        raise ModelFailed(self.name, "overloaded", retry_after=left, outage=True)
