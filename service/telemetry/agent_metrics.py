"""What is counted of agents: how long they took, what they found, and how often they had to be asked again."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram

from agents.agent import Report
from agents.findings import Finding, SituationFinding

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)  # seconds; the last is a judgement's deadline by default
NO_VERDICT = "none"  # of an agent that reports what it sees and judges nothing


class AgentMetrics:
    """Counters by deployment and agent. Both names are the configuration's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("deployment", "agent")
        seconds = Histogram(
            "situguard_agent_seconds",
            "From an agent's question to its finding, a second question included.",
            labels,
            registry=registry,
            buckets=BUCKETS,
        )
        findings = Counter("situguard_agent_findings", "Findings, by verdict.", (*labels, "verdict"), registry=registry)
        # By their labels, kept: the library takes longer to find a counter than to count.
        self._seconds, self._findings = cache(seconds.labels), cache(findings.labels)
        self._again = Counter(
            "situguard_agent_asked_again", "Questions repeated as a reply could not be read.", labels, registry=registry
        )
        self._cached = Counter(
            "situguard_agent_cached", "Findings that an earlier request's call had made.", labels, registry=registry
        )

    def reported(self, deployment: str, reports: Iterable[Report[Finding]]) -> None:
        """Count what agents reported."""
        for report in reports:
            finding = report.finding
            verdict = finding.verdict.value if isinstance(finding, SituationFinding) else NO_VERDICT
            if report.cached:
                self._cached.labels(deployment, report.agent).inc()
            else:
                self._seconds(deployment, report.agent).observe(report.milliseconds / 1000)
            self._findings(deployment, report.agent, verdict).inc()
            if report.asks > 1:
                self._again.labels(deployment, report.agent).inc(report.asks - 1)
