"""A circuit breaker around any model: after several failures in a row it gets no calls, then one as a probe.

closed ──failures in a row──► open ──after `rest` seconds──► half open ──probe succeeds──► closed
                                ▲                               └──────probe fails──► open
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass

from agents.errors import FailureKind, ModelFailed
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.resilience import Health, State, Wrapped

# Failures that say something about the model's health. A refused key or one unreadable reply says nothing of the next.
UNHEALTHY = frozenset[FailureKind]({"timeout", "connection", "overloaded", "internal"})
logger = logging.getLogger(__name__)


@dataclass
class Circuit:
    """The state machine. It reads no clock: `now` is monotonic time in seconds."""

    failures: int = 5
    rest: float = 10.0
    _in_a_row: int = 0
    _opened_at: float | None = None
    _probing: bool = False

    def state(self, now: float) -> State:
        """The state at a time."""
        if self._opened_at is None:
            return "closed"
        return "half open" if now - self._opened_at >= self.rest else "open"

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 for now. While half open, one call at a time is let through."""
        if self._opened_at is None:
            return 0.0
        left = self.rest - (now - self._opened_at)
        return left if left > 0 else (self.rest if self._probing else 0.0)

    def begin(self, now: float) -> bool:
        """A call begins, after `wait` allowed it. True if it is the probe; pass that on to `end`."""
        if self.state(now) == "half open":
            self._probing = True
            return True
        return False

    def end(self, now: float, *, unhealthy: bool | None, probe: bool) -> None:
        """A call ended: healthy, unhealthy, or (None) in a way that says nothing about the model."""
        if probe:
            self._probing = False
        if unhealthy is None or (self._opened_at is not None and not probe):
            return  # a call that began before the circuit opened says nothing of now
        if not unhealthy:
            self._in_a_row, self._opened_at = 0, None
            return
        self._in_a_row += 1
        if probe or self._in_a_row >= self.failures:
            self._opened_at = now


class Breaking(Wrapped):
    """Fails at once with `overloaded` while its circuit is open, and says when to try again."""

    def __init__(
        self, model: ChatModel, *, failures: int = 5, rest: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(model)
        self._circuit = Circuit(failures, rest)
        self._clock = clock
        self._last: ModelFailed | None = None

    @property
    def state(self) -> State:
        """The circuit's."""
        return self._circuit.state(self._clock())

    @property
    def health(self) -> Health:
        return Health(self.state, None if self._last is None else self._last.facts)

    async def complete(self, request: ModelRequest) -> Completion:
        with self._call():
            return await self._model.complete(request)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        with self._call():
            async with aclosing(self._model.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk

    @contextmanager
    def _call(self) -> Iterator[None]:
        wait = self._circuit.wait(self._clock())
        if wait > 0:
            raise ModelFailed(self.name, "overloaded", retry_after=wait)
        probe = self._circuit.begin(self._clock())
        unhealthy: bool | None = None
        try:
            yield
            unhealthy, self._last = False, None
        except ModelFailed as failure:
            unhealthy = True if failure.kind in UNHEALTHY or failure.is_server_error else None
            self._last = failure
            raise
        finally:
            before = self.state
            self._circuit.end(self._clock(), unhealthy=unhealthy, probe=probe)
            self._log_change(before, self.state)

    def _log_change(self, before: State, after: State) -> None:
        if after == "open" and before != "open":
            rest = self._circuit.rest
            logger.warning("model %s gets no calls for %g seconds; last: %s", self.name, rest, self._last)
        elif after == "closed" and before != "closed":
            logger.warning("model %s answers again", self.name)
