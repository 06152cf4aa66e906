"""A circuit breaker for any model, by wrapping: after failures in a row it is left alone, then one call tries.

closed ──failures in a row──► open ──after `rest` seconds──► half open ──probe succeeds──► closed
                                ▲                               └──────probe fails──► open
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Literal

from agents.errors import FailureKind, ModelFailed
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.resilience import Wrapped

# Kinds that say that the model is not well. A refused key or one unreadable reply says nothing of the next call.
AILING = frozenset[FailureKind]({"timeout", "connection", "overloaded", "internal"})
State = Literal["closed", "open", "half open"]


@dataclass
class Circuit:
    """The states. Pure but for its own fields: time is monotonic, in seconds, and handed in."""

    failures: int = 5
    rest: float = 10.0
    _in_a_row: int = 0
    _opened_at: float | None = None
    _probing: bool = False

    def state(self, now: float) -> State:
        """Where the circuit stands."""
        if self._opened_at is None:
            return "closed"
        return "half open" if now - self._opened_at >= self.rest else "open"

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 for now. In the half-open state, one call at a time is let through."""
        if self._opened_at is None:
            return 0.0
        left = self.rest - (now - self._opened_at)
        return left if left > 0 else (self.rest if self._probing else 0.0)

    def begin(self, now: float) -> bool:
        """A call begins; ask `wait` before. True for the probe: give it back to `end`."""
        if self.state(now) == "half open":
            self._probing = True
            return True
        return False

    def end(self, now: float, *, ailing: bool | None, probe: bool) -> None:
        """A call ended: well, ailing, or (None) in a way that says nothing."""
        if probe:
            self._probing = False
        if ailing is None or (self._opened_at is not None and not probe):
            return  # a call from before the circuit opened says nothing of now
        if not ailing:
            self._in_a_row, self._opened_at = 0, None
            return
        self._in_a_row += 1
        if probe or self._in_a_row >= self.failures:
            self._opened_at = now


class Breaking(Wrapped):
    """Fails at once with `overloaded`, and says when to come again, while its circuit is open."""

    def __init__(
        self, model: ChatModel, *, failures: int = 5, rest: float = 10.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(model)
        self._circuit = Circuit(failures, rest)
        self._clock = clock

    @property
    def state(self) -> State:
        """For readiness and metrics."""
        return self._circuit.state(self._clock())

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
        ailing: bool | None = None
        try:
            yield
            ailing = False
        except ModelFailed as failure:
            ailing = _is_ailing(failure)
            raise
        finally:
            self._circuit.end(self._clock(), ailing=ailing, probe=probe)


def _is_ailing(failure: ModelFailed) -> bool | None:
    if failure.kind in AILING or (failure.kind == "status" and (failure.status or 0) >= 500):
        return True
    return None
