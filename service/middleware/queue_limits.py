"""How much the work queue holds. It stands apart, so that settings are read without a web framework."""

from __future__ import annotations

from dataclasses import dataclass

IN_WORK = 64  # requests; as many as an endpoint takes calls by default, and a core then has a second's work
WAITING = 64  # requests; one that waits for a place waits about as long as an answer takes
WAIT_SECONDS = 30.0  # for a place; an app that hears nothing for longer has often given up


@dataclass(frozen=True)
class QueueLimits:
    """Requests in work, requests waiting, and how many seconds one may wait."""

    in_work: int = IN_WORK
    waiting: int = WAITING
    seconds: float = WAIT_SECONDS

    @property
    def inside(self) -> int:
        """Requests in work and waiting."""
        return self.in_work + self.waiting
