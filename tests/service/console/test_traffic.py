"""Figures of a stretch of time, from records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from service.audit.record import StoredRecord
from service.console.traffic import BUCKETS, Times, traffic

UNTIL = datetime(2026, 11, 27, 12, tzinfo=UTC)
SINCE = UNTIL - timedelta(minutes=BUCKETS)


def stored(kind: str, minute: float, decision: str = "dec", **body: Any) -> StoredRecord:
    at = (SINCE + timedelta(minutes=minute)).isoformat()
    return StoredRecord(1, "w", 1, kind, decision, at, orjson.dumps(body).decode(), "", b"")


def test_decisions_are_counted_by_verdict_deployment_and_minute() -> None:
    agents = [{"agent": "intent", "milliseconds": 100, "usage": {"total_tokens": 7}}]
    found = traffic(
        [
            stored("decision", 0.5, deployment="a", verdict="safe", action="release", milliseconds=200, agents=agents),
            stored(
                "decision", 0.6, deployment="a", verdict="unsafe", action="warn", category="fraud", milliseconds=400
            ),
            stored("decision", 47.9, "held", deployment="b", verdict="none", action="refuse", failure="timeout"),
            stored("decision", 5, deployment="b", verdict="none", action="release", released="failed open"),
            stored("outcome", 1, milliseconds=900, cost={"amount": 0.25}, cut_off="client gone"),
            stored("outcome", 48, "held", milliseconds=900, cut_off="guard_unavailable"),  # an error that was counted
            stored("outcome", 1, milliseconds=700, shadow={"cost": {"amount": 0.5}}),
        ],
        SINCE,
        UNTIL,
    )
    assert (found.requests, found.held, found.errors, found.failed_open, found.tokens) == (4, 1, 2, 1, 7)
    assert (dict(found.failures), dict(found.cut_off)) == ({"timeout": 1}, {"client gone": 1})
    assert dict(found.buckets[0]) == {"safe": 1, "unsafe": 1}
    assert dict(found.buckets[-1]) == {"none": 1}
    assert found.cost == 0.75
    assert (found.deployments["a"].held, found.deployments["b"].failed) == (1, 1)
    assert list(found.stages) == ["intent", "verdict", "answer"]
    assert found.stages["verdict"].p50 == 300


def test_nothing_makes_no_figures_and_odd_records_no_errors() -> None:
    assert traffic([], SINCE, UNTIL).cost is None
    odd = [stored("decision", 1, verdict=["x"], milliseconds="no", agents=[]), stored("decision", -5, verdict="safe")]
    found = traffic(odd, SINCE, UNTIL)
    assert (found.requests, sum(bucket.total() for bucket in found.buckets)) == (2, 1)


def test_times_are_told_by_half_and_by_nearly_all() -> None:
    assert Times.of([]) == Times(0, 0, 0)
    assert Times.of([5]) == Times(1, 5, 5)
    assert Times.of([float(each) for each in range(101)]) == Times(101, 50, 95)
