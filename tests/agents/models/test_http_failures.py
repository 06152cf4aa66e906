"""Statuses and `Retry-After`, as failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agents.models.http_failures import failure_of_status, seconds_to_wait


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "status"),
        (401, "unauthorised"),
        (403, "unauthorised"),
        (404, "unauthorised"),
        (413, "status"),
        (429, "overloaded"),
        (500, "status"),
        (503, "status"),
        (529, "overloaded"),
        (301, "status"),
        (204, "status"),
    ],
)
def test_each_status_has_its_kind(status: int, kind: str) -> None:
    failure = failure_of_status("m", status, None)
    assert (failure.kind, failure.status, failure.model) == (kind, status, "m")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 1),
        ("-5", 1),
        ("0.2", 1),
        ("1e9", 3600),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        (None, None),
    ],
)
def test_seconds_to_wait_are_clamped(header: str | None, seconds: float | None) -> None:
    assert seconds_to_wait(header) == seconds


def test_a_date_is_turned_into_seconds() -> None:
    waits = seconds_to_wait(format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True))
    assert waits is not None
    assert 100 <= waits <= 121
    assert seconds_to_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 1
    assert seconds_to_wait("Wed, 99 Oct 2015 07:28:00 GMT") is None
