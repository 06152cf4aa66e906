"""Moments as people type them: how long ago, or when."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import typer

AGO = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str) -> datetime:
    """90m, 12h or 7d ago, or an ISO 8601 date or time (UTC where it names no zone)."""
    ago = AGO.fullmatch(text)
    if ago is not None:
        return datetime.now(UTC) - timedelta(**{UNITS[ago["unit"]]: int(ago["count"])})
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither 90m, 12h or 7d nor a date like 2026-11-22") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
