"""Token buckets: so many a minute, and never more than that at once. Time is monotonic and handed in, in seconds."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE = 60.0


@dataclass
class Bucket:
    """Holds up to `per_minute` and fills up evenly."""

    per_minute: int
    level: float
    at: float

    @staticmethod
    def full(per_minute: int, now: float) -> Bucket:
        return Bucket(per_minute, float(per_minute), now)

    def wait(self, amount: int, now: float) -> float | None:
        """Seconds until `amount` could be taken: 0 for now, None for never (more than the bucket holds)."""
        self._fill(now)
        if amount > self.per_minute:
            return None
        return max(0.0, (amount - self.level) * MINUTE / self.per_minute) if amount else 0.0

    def take(self, amount: int, now: float) -> None:
        """Take it; ask `wait` before."""
        self._fill(now)
        self.level -= amount

    def _fill(self, now: float) -> None:
        passed = max(0.0, now - self.at)
        self.level = min(float(self.per_minute), self.level + passed * self.per_minute / MINUTE)
        self.at = max(self.at, now)
