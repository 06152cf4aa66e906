"""Rates by token bucket, on a clock that the test turns."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.keys.errors import KeyRefused, Refusal
from service.keys.key import ClientKey, KeyLimits
from service.keys.rates import MAX_PEERS, Rates, TokenBucket

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def key(name: str = "one", **limits: int) -> ClientKey:
    return ClientKey(name, name, "live", b"", KeyLimits(**limits), NOW)  # type: ignore[arg-type]


def test_a_bucket_gives_what_it_holds_and_fills_evenly() -> None:
    bucket = TokenBucket.full(60, now=100.0)
    assert bucket.wait(60, 100.0) == 0
    bucket.take(60, 100.0)
    assert bucket.wait(1, 100.0) == pytest.approx(1.0)
    assert bucket.wait(1, 100.5) == pytest.approx(0.5)
    assert bucket.wait(1, 101.0) == 0
    assert bucket.wait(60, 1e9) == 0
    assert bucket.wait(61, 1e9) is None
    assert bucket.wait(0, 1e9) == 0


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = TokenBucket.full(60, now=100.0)
    bucket.take(60, 100.0)
    assert bucket.wait(1, 0.0) == pytest.approx(1.0)
    assert bucket.wait(1, 100.0) == pytest.approx(1.0)


def admitted(rates: Rates, who: ClientKey, pictures: int, now: float) -> Refusal | None:
    try:
        rates.admit_request(who, now)
        rates.admit_pictures(who, pictures, now)
    except KeyRefused as refused:
        return refused.refusal
    return None


def test_requests_and_pictures_are_counted_apart_and_pictures_all_or_none() -> None:
    rates, who = Rates(), key(requests_per_minute=3, pictures_per_minute=4)
    assert admitted(rates, who, 4, 0.0) is None
    assert admitted(rates, who, 1, 0.0) is Refusal.PICTURES  # and the request counts all the same
    assert admitted(rates, who, 0, 0.0) is None
    assert admitted(rates, who, 0, 0.0) is Refusal.REQUESTS
    assert admitted(rates, who, 1, 20.0) is None


def test_who_must_wait_is_told_how_long_and_who_never_can_is_not() -> None:
    rates, who = Rates(), key(pictures_per_minute=6)
    rates.admit_pictures(who, 6, 0.0)
    with pytest.raises(KeyRefused) as caught:
        rates.admit_pictures(who, 3, 0.0)
    assert caught.value.retry_after == pytest.approx(30.0)
    with pytest.raises(KeyRefused) as caught:
        rates.admit_pictures(who, 7, 0.0)
    assert caught.value.retry_after is None


def test_keys_do_not_share_their_buckets_and_without_a_limit_there_is_none() -> None:
    rates = Rates()
    assert [admitted(rates, key(name, requests_per_minute=1), 0, 0.0) for name in ("one", "two", "one")] == [
        None,
        None,
        Refusal.REQUESTS,
    ]
    assert all(admitted(rates, key("free"), 99, 0.0) is None for _ in range(1000))


def test_over_ten_minutes_no_more_goes_through_than_was_agreed() -> None:
    rates, who = Rates(), key(requests_per_minute=30)
    through = sum(admitted(rates, who, 0, tick / 10) is None for tick in range(6000))
    assert through == 30 + 10 * 30 - 1


def refused(rates: Rates, peer: str, now: float) -> float | None:
    try:
        rates.refuse(peer, now)
    except KeyRefused as error:
        return error.retry_after
    return None


def test_each_peer_has_refusals_of_its_own() -> None:
    rates = Rates(refusals=2)
    assert [refused(rates, "one", 10.0) for _ in range(3)] == [None, None, pytest.approx(30.0)]
    assert refused(rates, "other", 10.0) is None
    assert refused(rates, "one", 40.0) is None


def test_a_flood_of_peers_takes_a_bounded_memory() -> None:
    rates = Rates(refusals=1)
    refused(rates, "first", 0.0)
    for number in range(MAX_PEERS):
        refused(rates, f"{number}", 0.0)
    assert len(rates._peers) == MAX_PEERS
    assert refused(rates, f"{MAX_PEERS - 1}", 0.0) is not None
