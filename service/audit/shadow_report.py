"""What a deployment in shadow mode would have done: counts, times, cost, and cases to look through. From records.

Where a share is enforced, its decisions are counted apart, so that both sides can be compared.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from service.audit.record import JsonObject, StoredRecord

MAX_CASES = 50  # decisions in a report, the newest: enough to look through in an hour
HELD = frozenset({"warn", "guide", "refuse"})


@dataclass(frozen=True)
class Case:
    """A request that shadow mode let through and the guard would have held."""

    decision: str
    at: str
    verdict: str
    category: str
    action: str


@dataclass
class ShadowReport:
    """One deployment's. `milliseconds` are those of each judgement, by the agents' own clocks, where they ran at once
    the longer ones; `cost` is in the price table's currency.
    """

    deployment: str
    requests: int = 0
    judged: int = 0
    enforced: int = 0
    enforced_held: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    cost: float = 0.0
    cases: list[Case] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many of those that were judged would have been held back."""
        return sum(count for action, count in self.actions.items() if action in HELD)

    def as_json(self) -> JsonObject:
        """All of it, with the time's median and 95 % quantile in place of each time."""
        return {
            "object": "shadow_report",
            "deployment": self.deployment,
            "requests": self.requests,
            "judged": self.judged,
            "would_have_held": self.held,
            "enforced": self.enforced,
            "enforced_held": self.enforced_held,
            "failures": dict(self.failures),
            "actions": dict(self.actions),
            "categories": dict(self.categories),
            "milliseconds": {"p50": self.quantile(0.5), "p95": self.quantile(0.95)},
            "cost": round(self.cost, 6),
            "cases": [vars(case) for case in self.cases],
        }

    def quantile(self, share: float) -> float | None:
        """The time within which so many of the judgements were done; None without any."""
        if len(self.milliseconds) < 2:
            return self.milliseconds[0] if self.milliseconds else None
        return round(statistics.quantiles(self.milliseconds, n=100, method="inclusive")[round(share * 100) - 1], 1)


def shadow_reports(records: Iterable[StoredRecord]) -> dict[str, ShadowReport]:
    """The reports by deployment, of records in the order of their commits."""
    reports: dict[str, ShadowReport] = {}
    deployments: dict[str, str] = {}
    for record in records:
        body = record.body
        if record.kind == "decision" and body.get("mode") == "shadow":
            name = str(body.get("deployment"))
            report = reports.setdefault(name, ShadowReport(name))
            report.requests += 1
            if body.get("released") == "shadow":
                deployments[record.id] = name
            else:
                report.enforced += 1
                report.enforced_held += body.get("action") in HELD
        elif record.kind == "outcome" and record.id in deployments:
            _add(reports[deployments.pop(record.id)], record, body.get("shadow") or {})
    return reports


def _add(report: ShadowReport, record: StoredRecord, shadow: dict[str, Any]) -> None:
    if shadow.get("failure"):
        report.failures[str(shadow["failure"])] += 1
    if not shadow.get("action"):
        return
    action, verdict, category = (str(shadow.get(name) or "none") for name in ("action", "verdict", "category"))
    report.judged += 1
    report.actions[action] += 1
    report.milliseconds.append(judgement_milliseconds(shadow.get("agents") or []))
    report.cost += float((shadow.get("cost") or {}).get("amount", 0.0))
    if action in HELD:
        report.categories[category] += 1
        report.cases = [*report.cases, Case(record.id, record.at, verdict, category, action)][-MAX_CASES:]


def judgement_milliseconds(agents: Iterable[JsonObject]) -> float:
    """How long a judgement took: the longest of the agents that look at once, then the one that decides."""
    took = {str(each.get("agent")): float(each.get("milliseconds", 0.0)) for each in agents}
    deciding = took.pop("situation", 0.0)
    return max(took.values(), default=0.0) + deciding
