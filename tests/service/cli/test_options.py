"""What the options of several commands stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import typer

from service.cli.options import moment


def test_moments_are_understood_as_people_type_them() -> None:
    assert abs(datetime.now(UTC) - timedelta(hours=12) - moment("12h")) < timedelta(minutes=1)
    assert moment("2026-11-22") == datetime(2026, 11, 22, tzinfo=UTC)
    assert moment("2026-11-22T10:00:00+02:00") == datetime(2026, 11, 22, 8, tzinfo=UTC)
    with pytest.raises(typer.BadParameter):
        moment("yesterday")
