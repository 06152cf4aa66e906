"""What is counted, for Prometheus: requests, decisions, what was released unjudged, faults, and who is in the queue.

Labels are bounded: a deployment's name is the configuration's, a route's path the application's, a fault's code the
catalogue's. Nothing that a client writes becomes a label.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from agents.decoding import Decoder
from guard.failure import CAUSES
from guard.verdict import Action, Judgement, Released, Ruling
from service.middleware.admission import WorkQueue
from service.telemetry.agent_metrics import AgentMetrics
from service.telemetry.decoder_metrics import DecoderCollector
from service.telemetry.model_metrics import ModelMetrics

OTHER = "other"  # a path that is not ours, or a cause that a custom method names
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)  # seconds; the last is an answer's deadline by default
MEDIA_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """Counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        # By their labels, kept: the library takes longer to find a counter than to count.
        self._requests = cache(self._counter("requests", "Requests answered.", "route", "status").labels)
        seconds = Histogram(
            "situguard_request_seconds",
            "From a request's head to its reply's end.",
            ("route",),
            registry=self._registry,
            buckets=BUCKETS,
        )
        self._seconds = cache(seconds.labels)
        self._decisions = cache(
            self._counter("decisions", "Decisions recorded.", "deployment", "verdict", "action", "released").labels
        )
        self._failed_open = self._counter(
            "failed_open", "Released without a verdict because one could not be had.", "deployment", "stage"
        )
        self._not_judged = self._counter("not_judged", "Held back because no verdict could be had.", "deployment")
        self._failures = self._counter(
            "judgement_failures", "Judgements that failed, let through or held back, by cause.", "deployment", "cause"
        )
        self._shadows = self._counter(
            "shadow_judgements",
            "What would have been done in enforce mode.",
            "deployment",
            "verdict",
            "action",
        )
        self._drafts = cache(
            self._counter(
                "drafts", "Answers begun before the verdict, and what became of them.", "deployment", "fate"
            ).labels
        )
        self._faults = self._counter("faults", "Errors told to clients, sheds among them (overloaded).", "code")

        self._alerts = self._counter("alerts", "What operators were told of, beside metrics.", "event")
        self._canaries = Gauge(
            "situguard_canary", "1 where a canary got the verdict that is right.", ("canary",), registry=self._registry
        )
        self._watchers: list[Callable[[str, Ruling], None]] = []
        self.models = ModelMetrics(self._registry)
        self.agents = AgentMetrics(self._registry)

    def watch(self, queue: WorkQueue) -> None:
        """Show how full a queue is."""
        self.observe(
            {
                "in_work": ("Requests in work.", lambda: queue.in_work),
                "waiting": ("Requests that wait for a place.", lambda: queue.waiting),
            }
        )

    def observe(self, gauges: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        """Show figures that are looked up when they are asked for, each by its name with what it says."""
        for name, (about, read) in gauges.items():
            Gauge(f"situguard_{name}", about, registry=self._registry).set_function(read)

    def watch_decoders(self, decoder: Decoder, waiting: Callable[[], int]) -> None:
        """Show what decoders do, and how many pictures wait for them."""
        self._registry.register(DecoderCollector(decoder, waiting))

    def know(self, deployments: Collection[str]) -> None:
        """Show the counters that an alarm hangs on from the start, at zero."""
        for name in deployments:
            for stage in ("request", "reply"):
                self._failed_open.labels(name, stage)
            self._not_judged.labels(name)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is one of the application's paths, or `OTHER`."""
        self._requests(route, str(status)).inc()
        self._seconds(route).observe(seconds)

    def decided(self, deployment: str, ruling: Ruling, released: str) -> None:
        """Count a decision that is on disk."""
        judgement = ruling.judgement
        self._decisions(deployment, judgement.word, judgement.action.value, released).inc()
        self.agents.reported(deployment, ruling.reports)
        self._tell(deployment, ruling)
        self.could_not_judge(deployment, ruling.failure)
        if released == Released.FAILED_OPEN:
            self._failed_open.labels(deployment, "request").inc()

    def draft(self, deployment: str, fate: str) -> None:
        """Count what became of a request's draft; one never begun was saved by beginning it late."""
        self._drafts(deployment, fate).inc()

    def held_back(self, deployment: str) -> None:
        """Count a request that could not be judged and fails closed."""
        self._not_judged.labels(deployment).inc()

    def judged_late(self, deployment: str, ruling: Ruling) -> None:
        """Count a reply that goes out unjudged though it should have been judged."""
        self.agents.reported(deployment, ruling.reports)
        self.could_not_judge(deployment, ruling.failure)
        if ruling.released is Released.FAILED_OPEN:
            self._failed_open.labels(deployment, "reply").inc()

    def could_not_judge(self, deployment: str, cause: str | None) -> None:
        """Count a judgement that failed, by its cause in the table of `guard.failure`; None for one that did not."""
        if cause is not None:
            self._failures.labels(deployment, cause if cause in CAUSES else OTHER).inc()

    def judged_in_shadow(self, deployment: str, ruling: Ruling | None) -> None:
        """Count what would have been done; None where no verdict could be had, and it would have been held back."""
        judgement = ruling.judgement if ruling else Judgement(None, Action.REFUSE)
        self.agents.reported(deployment, ruling.reports if ruling else ())
        self._shadows.labels(deployment, judgement.word, judgement.action.value).inc()
        if ruling is not None:
            self._tell(deployment, ruling)

    def watched_by(self, watcher: Callable[[str, Ruling], None]) -> None:
        """Call `watcher` with each decision, and with each judgement in shadow mode."""
        self._watchers.append(watcher)

    def alerted(self, event: str) -> None:
        """Count what operators were told of."""
        self._alerts.labels(event).inc()

    def canary(self, name: str, *, right: bool) -> None:
        """Show whether a canary's last verdict was right."""
        self._canaries.labels(name).set(right)

    def failed(self, code: str) -> None:
        """Count a fault by its code in the catalogue."""
        self._faults.labels(code).inc()

    def value(self, name: str, **labels: str) -> float | None:
        """One figure as it is now; None where nothing was counted under these labels."""
        return self._registry.get_sample_value(f"situguard_{name}", labels)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return generate_latest(self._registry)

    def _tell(self, deployment: str, ruling: Ruling) -> None:
        for watcher in self._watchers:
            watcher(deployment, ruling)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"situguard_{name}", about, labels, registry=self._registry)
