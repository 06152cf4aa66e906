"""What a request costs in each arm, from the guard's own accounts: calls, tokens, time of each step, verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import Price
from benchmarks.harness.latency import ArmLatency
from benchmarks.harness.logs import Record
from benchmarks.metrics import mean

TELLS_ALL = "configuration"  # a guard object with this key is the full account


@dataclass(frozen=True)
class Spent:
    """What one request cost. `whole` says that the agents' share is known."""

    calls: int
    tokens: Tokens
    whole: bool


@dataclass(frozen=True)
class Cost:
    """The means over an arm's requests, and what its guard decided."""

    calls: float
    input: float
    output: float
    dollars: float | None
    whole: bool
    verdicts: Mapping[str, int]
    actions: Mapping[str, int]
    step_milliseconds: Mapping[str, float]


@dataclass(frozen=True)
class LatencyLine:
    """Medians and 90th percentiles in seconds."""

    arm: str
    first: tuple[float, float]
    total: tuple[float, float]
    count: int
    failed: int


def cost_of(records: Sequence[Record], price: Price | None) -> Cost | None:
    """The costs of an arm; None where every request failed."""
    answered = [record for record in records if record.error is None]
    if not answered:
        return None
    spent = [spent_on(record) for record in answered]
    total = sum((each.tokens for each in spent), Tokens())
    return Cost(
        calls=mean([float(each.calls) for each in spent]),
        input=total.input / len(spent),
        output=total.output / len(spent),
        dollars=price.of(total) / len(spent) if price else None,
        whole=all(each.whole for each in spent),
        verdicts=_counted(record.guard.get("verdict") for record in answered),
        actions=_counted(record.guard.get("action") for record in answered),
        step_milliseconds=_steps(answered),
    )


def spent_on(record: Record) -> Spent:
    """Calls and tokens of one request: its answer or what was written in its place, and every agent's."""
    guard = record.guard
    if TELLS_ALL not in guard:
        return Spent(1, record.tokens, whole=False)
    agents = list(_agents(guard))
    steps = [step for step in (guard.get("draft"), guard.get("reply")) if step]
    tokens = sum((_tokens(step["usage"]) for step in (*agents, *steps)), Tokens())
    calls = sum(agent["asks"] for agent in agents) + len(steps)
    if not steps and record.tokens != Tokens():  # a reply that the method wrote itself, in a call of its own
        return Spent(calls + 1, tokens + record.tokens, whole=True)
    return Spent(calls, tokens, whole=True)


def latency_line(found: ArmLatency) -> LatencyLine | None:
    """The figures of a probe; None where nothing was answered."""
    if not found.total:
        return None
    return LatencyLine(found.arm, _spread(found.first), _spread(found.total), len(found.total), found.failed)


def _agents(guard: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from guard.get("agents") or []
    yield from guard.get("reviews") or []


def _tokens(usage: Mapping[str, Any]) -> Tokens:
    return Tokens(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0)


def _counted(words: Iterator[Any]) -> Mapping[str, int]:
    return dict(Counter(str(word) for word in words if word).most_common())


def _steps(records: Sequence[Record]) -> Mapping[str, float]:
    spent: dict[str, list[float]] = {}
    for record in records:
        for name, milliseconds in _timed(record.guard):
            spent.setdefault(name, []).append(milliseconds)
    return {name: median(values) for name, values in spent.items()}


def _timed(guard: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for agent in guard.get("agents") or []:
        yield agent["agent"], agent["milliseconds"]
    for agent in guard.get("reviews") or []:
        yield "review", agent["milliseconds"]
    for name, title in (("draft", "answer"), ("reply", "warning")):
        step = guard.get(name)
        if step and step.get("milliseconds") is not None:
            yield title, step["milliseconds"]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    return median(ordered), ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
