"""Whether a deployment judges otherwise than before: the share of unsafe verdicts, lately against earlier. Pure.

Two proportions are compared by their z score, with an absolute difference on top: over thousands of requests even a
difference that nobody cares for is significant.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

RECENT = 200  # verdicts that are compared …
EARLIER = 2000  # … with so many before them
LEAST_EARLIER = 400  # before that nothing is said
Z = 4.0  # by chance once in 16,000 comparisons
DIFFERENCE = 0.1  # of the share; below that it is no alarm, however significant


@dataclass(frozen=True)
class Drift:
    """The share of unsafe verdicts, earlier and lately."""

    before: float
    now: float


@dataclass
class VerdictRate:
    """One deployment's verdicts, the newest last. After an alarm it starts anew, so that it is told once."""

    _recent: deque[bool] = field(default_factory=deque)
    _earlier: deque[bool] = field(default_factory=lambda: deque(maxlen=EARLIER))

    def add(self, *, unsafe: bool) -> Drift | None:
        """Count a verdict; the drift, where there is one now."""
        self._recent.append(unsafe)
        if len(self._recent) > RECENT:
            self._earlier.append(self._recent.popleft())
        if len(self._earlier) < LEAST_EARLIER:
            return None
        found = drift(sum(self._earlier), len(self._earlier), sum(self._recent), len(self._recent))
        if found is not None:
            self._recent.clear()
            self._earlier.clear()
        return found


def drift(unsafe_before: int, before: int, unsafe_now: int, now: int) -> Drift | None:
    """Whether two shares differ by more than chance and by more than nobody minds."""
    earlier, lately = unsafe_before / before, unsafe_now / now
    pooled = (unsafe_before + unsafe_now) / (before + now)
    error = math.sqrt(pooled * (1 - pooled) * (1 / before + 1 / now))
    if abs(lately - earlier) < DIFFERENCE or error == 0 or abs(lately - earlier) / error < Z:
        return None
    return Drift(round(earlier, 4), round(lately, 4))
