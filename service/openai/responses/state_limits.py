"""How much of what was released lately is held."""

from __future__ import annotations

from dataclasses import dataclass

COUNT = 1000
MEGABYTES = 64
MINUTES = 60.0


@dataclass(frozen=True)
class StateLimits:
    """How many responses, how many bytes of them, and for how many seconds each."""

    count: int = COUNT
    bytes: int = MEGABYTES * 1024**2
    seconds: float = MINUTES * 60
