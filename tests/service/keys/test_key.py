"""Whether a key lets a request in: the decision as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agents.models.base import Usage
from service.keys.errors import Refusal
from service.keys.key import ClientKey, KeyLimits, Wanted, authorise
from service.keys.prices import Price, cost

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANY = KeyLimits()
LISTED = KeyLimits(deployments=frozenset({"demo", "raw"}))
RICH = KeyLimits(spend_per_month=10.0)


def key(limits: KeyLimits, revoked_at: datetime | None = None) -> ClientKey:
    return ClientKey("abcdefgh", "someone", "live", b"", limits, NOW, revoked_at)


@pytest.mark.parametrize(
    ("limits", "wanted", "spent", "refusal"),
    [
        (ANY, Wanted("demo"), 0, None),
        (ANY, Wanted("anything"), 1e9, None),
        (ANY, Wanted("raw", unguarded=True), 0, Refusal.DEPLOYMENT),
        (LISTED, Wanted("demo"), 0, None),
        (LISTED, Wanted("raw", unguarded=True), 0, None),
        (LISTED, Wanted("other"), 0, Refusal.DEPLOYMENT),
        (LISTED, Wanted("*"), 0, Refusal.DEPLOYMENT),
        (RICH, Wanted("demo"), 9.99, None),
        (RICH, Wanted("demo"), 10.0, Refusal.SPEND),
        (replace(ANY, expires_at=NOW + SECOND), Wanted("demo"), 0, None),
        (replace(ANY, expires_at=NOW), Wanted("demo"), 0, Refusal.EXPIRED),
        (replace(ANY, expires_at=NOW - SECOND), Wanted("other"), 1e9, Refusal.EXPIRED),
        (KeyLimits(deployments=frozenset()), Wanted("demo"), 0, Refusal.DEPLOYMENT),
    ],
)
def test_who_is_let_in(limits: KeyLimits, wanted: Wanted, spent: float, refusal: Refusal | None) -> None:
    assert authorise(key(limits), wanted, spent, NOW) is refusal


def test_a_revoked_key_lets_nothing_in_whatever_its_clock_says() -> None:
    assert authorise(key(ANY, NOW + SECOND), Wanted("demo"), 0, NOW) is Refusal.REVOKED


def test_the_digest_does_not_show() -> None:
    assert "digest" not in repr(key(ANY))


def test_costs_follow_the_table_and_models_outside_it_are_free() -> None:
    prices = {"large": Price(prompt=2.0, completion=8.0), "small": Price(prompt=0.1, completion=0.2)}
    calls = [("large", Usage(1_000_000, 500_000)), ("small", Usage(0, 1_000_000)), ("local", Usage(9, 9))]
    assert cost(calls, prices) == pytest.approx(6.2)
