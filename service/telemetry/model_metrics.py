"""What is counted of models: calls and how they ended, seconds, tokens and what they cost, and which get no calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agents.meter import Meter
from guard.config import Price
from guard.holder import GuardHolder
from service.keys.prices import charge

BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)  # seconds; the last is an answer's deadline by default
ANSWERED, GIVEN_UP = "answered", "given up"  # the other outcomes are kinds of failure
MAX_KEYS = 500  # keys with a label of their own; a counter for each would not stay bounded
OTHER_KEYS = "other"


class ModelMetrics:
    """Counters by model. Its name is the configuration's."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        calls = Counter("situguard_model_calls", "Calls by how they ended.", ("model", "outcome"), registry=registry)
        seconds = Histogram(
            "situguard_model_seconds",
            "From a call to the end of its reply, tries and waits included.",
            ("model",),
            registry=registry,
            buckets=BUCKETS,
        )
        tokens = Counter(
            "situguard_tokens",
            "Tokens: input that was not cached, cached input, output, and what companions read. Estimated where an"
            " endpoint reports none.",
            ("model", "kind"),
            registry=registry,
        )
        cost = Counter("situguard_cost", "What calls cost by the price table.", ("model",), registry=registry)
        # By their labels, kept: the library takes longer to find a counter than to count.
        self._calls, self._seconds = cache(calls.labels), cache(seconds.labels)
        self._tokens, self._cost = cache(tokens.labels), cache(cost.labels)
        self._key_cost = Counter("situguard_key_cost", "The same, by client key.", ("key",), registry=registry)
        self._keys: set[str] = set()

    def called(
        self, meters: Iterable[Meter], prices: Mapping[str, Price] | None = None, key: str | None = None
    ) -> None:
        """Count calls that have ended, or are given up now; by whose key, where one was needed."""
        for meter in meters:
            usage = meter.call.usage
            ended = ANSWERED if meter.seconds is not None else GIVEN_UP
            self._calls(meter.model, meter.failure or ended).inc()
            if meter.seconds is not None:
                self._seconds(meter.model).observe(meter.seconds)
            cached = min(usage.cached_tokens, usage.prompt_tokens)
            counts = {"input": usage.prompt_tokens - cached, "cached": cached, "output": usage.completion_tokens}
            counts["companion"] = usage.companion_tokens
            for kind, count in counts.items():
                counter = self._tokens(meter.model, kind)
                if count:
                    counter.inc(count)
            if prices and meter.model in prices:
                amount = charge(prices[meter.model], usage)
                self._cost(meter.model).inc(amount)
                if key is not None:
                    self._key_cost.labels(self._label(key)).inc(amount)

    def watch(self, guards: GuardHolder) -> None:
        """Show which models get no calls, of those that the configuration has at the moment."""
        self._registry.register(BreakerCollector(guards))

    def _label(self, key: str) -> str:
        if key not in self._keys and len(self._keys) >= MAX_KEYS:
            return OTHER_KEYS
        self._keys.add(key)
        return key


class BreakerCollector(Collector):
    """1 for a model that gets no calls at the moment, else 0. Models come and go with the configuration."""

    def __init__(self, guards: GuardHolder) -> None:
        self._guards = guards

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("situguard_breaker_open", "Whether a model gets no calls.", labels=["model"])
        for name, health in self._guards.current.models.health().items():
            family.add_metric([name], float(health.state == "open"))
        yield family
