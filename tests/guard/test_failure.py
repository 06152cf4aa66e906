"""The table of failures, row by row: an open deployment opens for confirmed outages and for nothing else."""

from __future__ import annotations

from typing import get_args

import pytest

from agents.errors import FailureKind, ModelFailed, ReplyUnreadable
from guard.errors import NotCovered
from guard.failure import CAUSES, Failure, read_failure

ROWS: list[tuple[Exception, bool, str, bool]] = [
    (ModelFailed("m", "connection", outage=True), False, "model connection, outage", True),
    (ModelFailed("m", "status", status=503, outage=True), False, "model status, outage", True),
    (ModelFailed("m", "overloaded", outage=True), False, "model overloaded, outage", True),
    *((ModelFailed("m", kind), False, f"model {kind}", False) for kind in get_args(FailureKind)),
    (ModelFailed("m", "status", status=500), False, "model status", False),
    (ModelFailed("m", "overloaded", status=429), False, "model overloaded", False),
    (ReplyUnreadable("intent", "m"), False, "reply unreadable", False),
    (TimeoutError(), False, "timeout", False),
    (TimeoutError(), True, "own delay", False),
    (ModelFailed("m", "timeout"), True, "own delay", False),
    (ZeroDivisionError(), True, "internal", False),
]


@pytest.mark.parametrize(("error", "held_up", "cause", "opens"), ROWS)
def test_a_row(error: Exception, held_up: bool, cause: str, opens: bool) -> None:
    assert read_failure(error, held_up=held_up) == Failure(cause, opens)
    assert cause in CAUSES


def test_a_gap_in_coverage_has_a_cause_of_the_table() -> None:
    assert NotCovered("visual", ["x"]).cause in CAUSES
