"""What a request costs in each arm, by the guard's own account of it: calls, tokens, time of each step, verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import TokenPrice
from benchmarks.harness.latency import ArmLatency
from benchmarks.harness.logs import AnswerRecord
from benchmarks.metrics import mean, split

FULL_ACCOUNT = "configuration"  # only a full account (`explain: full`) has this key


@dataclass(frozen=True)
class RequestCost:
    """What one request cost. `whole`: the agents' share is known and included."""

    calls: int
    tokens: Tokens
    whole: bool


@dataclass(frozen=True)
class ArmCost:
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


def cost_of(records: Sequence[AnswerRecord], price: TokenPrice | None) -> ArmCost | None:
    """The costs of an arm; None where every request failed."""
    answered = [record for record in records if record.error is None]
    if not answered:
        return None
    spent = [spent_on(record) for record in answered]
    total = sum((each.tokens for each in spent), Tokens())
    times = split([step for record in answered for step in step_times(record.guard)], lambda step: step[0])
    return ArmCost(
        calls=mean([float(each.calls) for each in spent]),
        input=total.input / len(spent),
        output=total.output / len(spent),
        dollars=price.of(total) / len(spent) if price else None,
        whole=all(each.whole for each in spent),
        verdicts=_counted(record.guard.get("verdict") for record in answered),
        actions=_counted(record.guard.get("action") for record in answered),
        step_milliseconds={name: median([time for _, time in steps]) for name, steps in times.items()},
    )


def spent_on(record: AnswerRecord) -> RequestCost:
    """Calls and tokens of one request: its answer or what was written in its place, and every agent's. Accounts of
    earlier versions leave out a draft that was thrown away.
    """
    guard = record.guard
    if FULL_ACCOUNT not in guard:
        return RequestCost(1, record.tokens, whole=False)
    if "calls" in guard:  # every call to a model, drafts that were thrown away and second asks included
        usages = [call["usage"] for call in guard["calls"]]
        return RequestCost(sum(call["calls"] for call in guard["calls"]), _tokens(usages), whole=True)
    agents = [*(guard.get("agents") or []), *(guard.get("reviews") or [])]
    replies = [step for step in (guard.get("draft"), guard.get("reply")) if step]
    usages = [step["usage"] for step in (*agents, *replies)]
    tokens = _tokens(usages)
    calls = sum(agent["asks"] for agent in agents) + len(replies)
    if not replies and record.tokens != Tokens():  # the method wrote the reply itself, in one more call
        return RequestCost(calls + 1, tokens + record.tokens, whole=True)
    return RequestCost(calls, tokens, whole=True)


def spent_on_judging(records: Sequence[AnswerRecord]) -> Mapping[str, RequestCost]:
    """What each judge that is a model took for all answers of a run, its replies that could not be read included."""
    judged = [item for record in records for item in record.judgements.items()]
    asked = [(name, each) for name, each in judged if each.calls and not each.pending]
    return {
        name: RequestCost(
            calls=sum(len(each.calls) for _, each in items),
            tokens=sum((Tokens(each.input_tokens, each.output_tokens) for _, each in items), Tokens()),
            whole=all(each.input_tokens for _, each in items),
        )
        for name, items in split(asked, lambda item: item[0]).items()
    }


def _tokens(usages: Sequence[Mapping[str, Any]]) -> Tokens:
    each = (Tokens(usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0) for usage in usages)
    return sum(each, Tokens())


def latency_line(found: ArmLatency) -> LatencyLine | None:
    """The figures of a probe; None where nothing was answered."""
    if not found.total:
        return None
    return LatencyLine(found.arm, _spread(found.first), _spread(found.total), len(found.total), found.failed)


def _counted(words: Iterator[Any]) -> Mapping[str, int]:
    return dict(Counter(str(word) for word in words if word).most_common())


def step_times(guard: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Each step of a request with its milliseconds: every agent, every review, the answer, the warning."""
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
