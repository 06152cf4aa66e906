"""Rates: how many requests and pictures a minute each key may send, by token buckets. Time is monotonic, in seconds.

Each process counts for itself: N processes let through N times as much.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from service.keys.errors import KeyRefused, Refusal
from service.keys.key import ClientKey

MINUTE = 60.0
REFUSALS = 60  # a minute and peer; a client that was set up wrongly sends a few, and no token is guessed in any number
MAX_PEERS = 10_000  # that are remembered; of more, those that were refused longest ago are forgotten


@dataclass
class TokenBucket:
    """Holds up to `per_minute` tokens and fills evenly."""

    per_minute: int
    level: float
    at: float

    @staticmethod
    def full(per_minute: int, now: float) -> TokenBucket:
        return TokenBucket(per_minute, float(per_minute), now)

    def wait(self, amount: int, now: float) -> float | None:
        """Seconds until `amount` can be taken: 0 for now, None for never (more than the bucket holds)."""
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


@dataclass
class Rates:
    """Buckets: of requests and of pictures for each key that has such a limit, of refused keys for each peer."""

    refusals: int = REFUSALS  # of keys that one peer sends, in a minute
    _buckets: dict[tuple[str, Refusal], TokenBucket] = field(default_factory=dict)
    _peers: OrderedDict[str, TokenBucket] = field(default_factory=OrderedDict)

    def admit_request(self, key: ClientKey, now: float) -> None:
        """Count a request, whatever becomes of it; raises `KeyRefused`."""
        self._take(key, Refusal.REQUESTS, key.limits.requests_per_minute, 1, now)

    def admit_pictures(self, key: ClientKey, pictures: int, now: float) -> None:
        """Count a request's pictures, all or none of them; raises `KeyRefused`."""
        self._take(key, Refusal.PICTURES, key.limits.pictures_per_minute, pictures, now)

    def refuse(self, peer: str, now: float) -> None:
        """Count a key that was refused, by the address it came from; raises `KeyRefused` where there are too many."""
        bucket = self._peers.pop(peer, None) or TokenBucket.full(self.refusals, now)
        self._peers[peer] = bucket
        if len(self._peers) > MAX_PEERS:
            self._peers.popitem(last=False)
        if wait := bucket.wait(1, now):
            raise KeyRefused(Refusal.TRIES, wait)
        bucket.take(1, now)

    def _take(self, key: ClientKey, refusal: Refusal, limit: int | None, amount: int, now: float) -> None:
        if limit is None:
            return
        bucket = self._buckets.get((key.id, refusal))
        if bucket is None or bucket.per_minute != limit:
            bucket = self._buckets[key.id, refusal] = TokenBucket.full(limit, now)
        wait = bucket.wait(amount, now)
        if wait is None or wait > 0:
            raise KeyRefused(refusal, wait)
        bucket.take(amount, now)
