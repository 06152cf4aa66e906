"""What the overview shows: counts, times and cost of a stretch of time, from records. Pure: the time is an argument."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agents.registry import AGENTS
from service.audit.record import StoredRecord

BUCKETS = 48  # bars of the chart
VERDICTS = ("safe", "unclear", "unsafe", "none")  # from the bottom of a bar to its top
HELD = frozenset({"warn", "guide", "refuse"})


@dataclass(frozen=True)
class Times:
    """How long something took, in milliseconds: half of all within `p50`, and 95 % within `p95`."""

    count: int
    p50: float
    p95: float

    @staticmethod
    def of(values: list[float]) -> Times:
        if len(values) < 2:
            only = values[0] if values else 0.0
            return Times(len(values), only, only)
        cuts = statistics.quantiles(values, n=20, method="inclusive")
        return Times(len(values), cuts[9], cuts[18])


@dataclass
class DeploymentTraffic:
    """One deployment's row."""

    requests: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    held: int = 0
    failed: int = 0


@dataclass
class Traffic:
    """A stretch of time. `buckets` are counts by verdict, the oldest first; `cost` is in the price table's currency."""

    since: datetime
    until: datetime
    requests: int = 0
    held: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    cut_off: Counter[str] = field(default_factory=Counter)
    not_judged: set[str] = field(default_factory=set)  # ids of what `failures` counts
    failed_open: int = 0
    cost: float | None = None
    tokens: int = 0
    stages: dict[str, Times] = field(default_factory=dict)
    buckets: list[Counter[str]] = field(default_factory=lambda: [Counter() for _ in range(BUCKETS)])
    deployments: dict[str, DeploymentTraffic] = field(default_factory=lambda: defaultdict(DeploymentTraffic))

    @property
    def bucket(self) -> timedelta:
        """How much time a bar stands for."""
        return (self.until - self.since) / BUCKETS

    @property
    def errors(self) -> int:
        """Requests that could not be judged, and replies to others that did not get through whole."""
        return self.failures.total() + self.cut_off.total()


def traffic(records: Iterable[StoredRecord], since: datetime, until: datetime) -> Traffic:
    """The figures of all decisions in a stretch of time, and of the outcomes that belong to them."""
    found, times = Traffic(since, until), defaultdict[str, list[float]](list)
    for record in records:
        with suppress(AttributeError, TypeError):  # somebody edited it: what could be read of it counts
            if record.kind == "decision":
                _add_decision(found, times, record)
            elif record.kind == "outcome":
                _add_outcome(found, times, record)
    order = [*AGENTS, "verdict", "answer"]
    found.stages = {
        name: Times.of(times[name])
        for name in sorted(times, key=lambda name: order.index(name) if name in order else -1)
    }
    return found


def _add_decision(found: Traffic, times: dict[str, list[float]], record: StoredRecord) -> None:
    body = record.body
    verdict = str(body.get("verdict"))
    verdict = verdict if verdict in VERDICTS else "none"
    row = found.deployments[str(body.get("deployment"))]
    for counts in (found.verdicts, row.verdicts):
        counts[verdict] += 1
    found.requests += 1
    row.requests += 1
    if body.get("action") in HELD and verdict != "none":
        found.held += 1
        row.held += 1
    if body.get("category"):
        found.categories[str(body["category"])] += 1
    if body.get("failure"):
        found.failures[str(body["failure"])] += 1
        found.not_judged.add(record.id)
        row.failed += 1
    found.failed_open += body.get("released") == "failed open"
    if (place := _bucket(found, record.at)) is not None:
        found.buckets[place][verdict] += 1
    for report in body.get("agents") or []:
        times[str(report.get("agent"))].append(_number(report.get("milliseconds")))
        found.tokens += int(_number((report.get("usage") or {}).get("total_tokens")))
    if verdict != "none":
        times["verdict"].append(_number(body.get("milliseconds")))


def _add_outcome(found: Traffic, times: dict[str, list[float]], record: StoredRecord) -> None:
    body = record.body
    if body.get("cut_off") and record.id not in found.not_judged:
        found.cut_off[str(body["cut_off"])] += 1
    times["answer"].append(_number(body.get("milliseconds")))
    for cost in (body.get("cost"), (body.get("shadow") or {}).get("cost")):
        if cost:
            found.cost = (found.cost or 0.0) + _number(cost.get("amount"))


def _bucket(found: Traffic, at: str) -> int | None:
    try:
        place = int((datetime.fromisoformat(at) - found.since) / found.bucket)
    except (TypeError, ValueError):
        return None
    return place if 0 <= place < BUCKETS else None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
