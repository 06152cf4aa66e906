"""The rates of all keys in this process. Each process counts for itself: N of them let through N times as much."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.keys.bucket import Bucket
from service.keys.errors import KeyRefused, Refusal
from service.keys.key import ClientKey


@dataclass
class Rates:
    """A bucket of requests and one of pictures for each key that has such a limit."""

    _buckets: dict[tuple[str, Refusal], Bucket] = field(default_factory=dict)

    def admit(self, key: ClientKey, pictures: int, now: float) -> None:
        """Count a request and its pictures, all or nothing; raises `KeyRefused`. `now` is monotonic, in seconds."""
        asked = [
            (Refusal.REQUESTS, key.limits.requests_per_minute, 1),
            (Refusal.PICTURES, key.limits.pictures_per_minute, pictures),
        ]
        taken = []
        for refusal, limit, amount in asked:
            if limit is None:
                continue
            bucket = self._bucket(key, refusal, limit, now)
            wait = bucket.wait(amount, now)
            if wait is None or wait > 0:
                raise KeyRefused(refusal, wait)
            taken.append((bucket, amount))
        for bucket, amount in taken:
            bucket.take(amount, now)

    def _bucket(self, key: ClientKey, refusal: Refusal, limit: int, now: float) -> Bucket:
        bucket = self._buckets.get((key.id, refusal))
        if bucket is None or bucket.per_minute != limit:
            bucket = self._buckets[key.id, refusal] = Bucket.full(limit, now)
        return bucket
