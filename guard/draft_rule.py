"""When a draft is begun beside the judgement, and when only after it: by what became of those before.

A draft that is thrown away costs what it has used by then; one that is begun late costs a safe request its wait. So
with `draft: auto` a deployment begins it late once so large a share of its traffic is not answered by the draft.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

WINDOW = 200  # decisions that are looked back on
LEAST = 20  # decisions before anything is changed
BACK = 0.5  # of the share: below it, drafts are begun early again. In between, it stays as it is


@dataclass
class DraftRule:
    """`share` is the part of the traffic, from 0 to 1, from which on a draft comes after the verdict."""

    share: float
    is_late: bool = False
    _thrown_away: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))

    @property
    def thrown_away(self) -> float:
        """The share of the latest decisions by which a draft was, or would have been, thrown away."""
        return sum(self._thrown_away) / len(self._thrown_away) if self._thrown_away else 0.0

    def saw(self, *, released: bool) -> None:
        """Count a decision in."""
        self._thrown_away.append(not released)
        if len(self._thrown_away) >= LEAST:
            self.is_late = self.thrown_away >= self.share * (BACK if self.is_late else 1)
