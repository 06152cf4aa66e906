"""HTTP statuses of an endpoint as failures that a guard can act on."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agents.errors import FailureKind, ModelFailed

UNAUTHORISED = frozenset({401, 403, 404})  # a wrong key, or a model that this key may not use, or that is not there
OVERLOADED = frozenset({429, 529})  # 529 is what Anthropic's endpoint says
RETRY_AFTER = (1.0, 3600.0)  # seconds; a client told to come back at once, or in a week, is told nothing


def failure_of_status(model: str, status: int, retry_after: str | None) -> ModelFailed:
    """The failure that a status other than 200 means."""
    kind: FailureKind = "status"
    if status in UNAUTHORISED:
        kind = "unauthorised"
    elif status in OVERLOADED:
        kind = "overloaded"
    return ModelFailed(model, kind, status=status, retry_after=seconds_to_wait(retry_after))


def seconds_to_wait(header: str | None) -> float | None:
    """`Retry-After` in seconds, whether it gives seconds or a date (RFC 9110, 10.2.3); None where it says nothing."""
    if header is None:
        return None
    shortest, longest = RETRY_AFTER
    try:
        seconds = float(header)
    except ValueError:
        return _until(header)
    return min(max(seconds, shortest), longest) if math.isfinite(seconds) else None


def _until(date: str) -> float | None:
    shortest, longest = RETRY_AFTER
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    seconds = (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    return min(max(seconds, shortest), longest)
