"""Whether a key lets a request in: the decision as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.keys.errors import Refusal
from service.keys.key import AccessRequest, ClientKey, KeyLimits, authorise

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
        (ANY, AccessRequest("demo"), 0, None),
        (ANY, AccessRequest("anything"), 1e9, None),
        (ANY, AccessRequest("raw", unguarded=True), 0, Refusal.DEPLOYMENT),
        (LISTED, AccessRequest("demo"), 0, None),
        (LISTED, AccessRequest("raw", unguarded=True), 0, None),
        (LISTED, AccessRequest("other"), 0, Refusal.DEPLOYMENT),
        (LISTED, AccessRequest("*"), 0, Refusal.DEPLOYMENT),
        (RICH, AccessRequest("demo"), 9.99, None),
        (RICH, AccessRequest("demo"), 10.0, Refusal.SPEND),
        (replace(ANY, expires_at=NOW + SECOND), AccessRequest("demo"), 0, None),
        (replace(ANY, expires_at=NOW), AccessRequest("demo"), 0, Refusal.EXPIRED),
        (replace(ANY, expires_at=NOW - SECOND), AccessRequest("other"), 1e9, Refusal.EXPIRED),
        (KeyLimits(deployments=frozenset()), AccessRequest("demo"), 0, Refusal.DEPLOYMENT),
    ],
)
def test_who_is_let_in(limits: KeyLimits, wanted: AccessRequest, spent: float, refusal: Refusal | None) -> None:
    assert authorise(key(limits), wanted, spent, NOW) is refusal


def test_a_revoked_key_lets_nothing_in_whatever_its_clock_says() -> None:
    assert authorise(key(ANY, NOW + SECOND), AccessRequest("demo"), 0, NOW) is Refusal.REVOKED


def test_the_digest_does_not_show() -> None:
    assert "digest" not in repr(key(ANY))
