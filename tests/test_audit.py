"""The audit believes only a report that looked at everything."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from tests.audit import LOCK, Audit, ask, pins, read

FINE: dict[str, Any] = {"name": "one", "version": "1.0", "vulns": []}
BAD: dict[str, Any] = {"name": "two", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
SKIPPED: dict[str, Any] = {"name": "three", "skip_reason": "not found"}


def report(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_what_is_found_is_told() -> None:
    assert read(report(FINE, BAD), 2) == Audit(2, ("two 2.0: PYSEC-1, mended in 2.1",))
    assert read(report(FINE), 1) == Audit(1)


@pytest.mark.parametrize("said", ["", "no json", "[]", "{}", report(), report(FINE), report(FINE, SKIPPED)])
def test_a_report_that_looked_at_less_is_none(said: str) -> None:
    assert read(said, 2) is None


def test_a_tool_that_is_not_there_or_fails_has_no_report() -> None:
    assert ask("pypi", ["/nowhere/pip-audit"]) == ""
    assert read(ask("pypi", [sys.executable, "-c", "raise SystemExit(1)"]), 1) is None


def test_the_lock_names_versions_and_no_host() -> None:
    lock = LOCK.read_text()
    assert len(pins(lock)) == len(set(pins(lock))) > 100
    assert "://" not in lock
    assert all("==" in line for line in lock.splitlines() if line and not line.startswith("#"))
