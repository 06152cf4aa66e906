"""The oracle: what a plan allows against what was seen. Pure; each violation has a name that the report counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.chaos.client import Seen
from tests.chaos.counters import FAILED_OPEN, Counters
from tests.chaos.ledger import Row
from tests.chaos.plan import FINAL, JUDGES, READ, Plan
from tests.chaos.proxy import Patience

CANARY = re.compile(rb"(?:canary|warning)-([0-9a-f]{16})")
SECRETS = re.compile(rb"upstream-secret|Traceback|site-packages|0x[0-9a-f]{6,}|/home/|<class ")
UPSTREAM_CODES: dict[str, set[str | None]] = {
    "429": {"model_rate_limited", "model_overloaded"},
    "hang": {"model_timeout"},
    "drip": {"model_timeout"},
    "informational": {None, "model_failed", "model_timeout"},
}

# Not seen as an outage: where the proxy's own loop was held up meanwhile, on a busy machine, that is as it should be.
CLOSED_IN_OUTAGE = "closed in an outage"
MODEL_FAULTS: set[str | None] = {"model_failed", "model_overloaded"}

Asked = Sequence[tuple[str, frozenset[str]]]


@dataclass(frozen=True)
class Violation:
    """Something that must not happen, and the plan in which it did."""

    name: str
    detail: str


def deadline(plan: Plan, patience: Patience) -> float:
    """Seconds that a request may take: what runs side by side counts once, what follows has a deadline of its own."""
    judging, answering = patience.judge_seconds, patience.answer_seconds
    if not (plan.judged or plan.fails_open or plan.found_unsafe):
        return judging
    if not plan.releases:
        return judging + answering  # a text is written in place of the answer, and judged within the same deadline
    late = judging + answering if plan.tools else 0.0  # proposed calls are judged, and perhaps a text written instead
    return max(judging, answering) + late


def violations(seen: Seen, asked: Asked, record: Row | None, patience: Patience) -> Iterator[Violation]:
    """All that is wrong with one request. `record` is its decision, where one was found."""
    plan = seen.plan
    unplanned = says_open(seen) and not (plan.fails_open or (plan.late_faulty and plan.is_outage))
    if unplanned:  # a failure that nobody planned; an open deployment releases it, loudly
        yield Violation("failed open without a planned fault", f"{plan}")
        yield from _loudness(seen, record) if "x-guard-released" in seen.headers else ()
    for name in leaks(seen):
        if not (unplanned and name == "leak of an answer"):
            yield Violation(name, f"{plan}")
    if seen.hung or seen.seconds > deadline(plan, patience) + patience.grace:
        yield Violation("past its deadline", f"{seen.seconds:.1f} s: {plan}")
    if SECRETS.search(seen.raw):
        yield Violation("secret text", f"{plan}")
    if seen.status and seen.decision and record is None:
        yield Violation("answered without a record", f"{plan}")
    if plan.leaves_after is None and not unplanned:
        yield from _result(seen, asked, record)


def says_open(seen: Seen) -> bool:
    """Whether an open deployment says that this went out unjudged: in the head, or at the end of the reply."""
    told = b'"released":"failed open"' in seen.raw or seen.headers.get("x-guard-released") == "failed open"
    return told and seen.plan.mode != "closed"


def leaks(seen: Seen) -> Iterator[str]:
    """Text on the client's socket that must not be there."""
    plan, raw = seen.plan, seen.raw
    found = {match.decode() for match in CANARY.findall(raw)}
    if found - {plan.id}:
        yield "another request's text"
    if not plan.may_show_answer and plan.canary.encode() in raw:
        yield "leak of an answer"
    if not plan.may_show_warning and plan.warning.encode() in raw:
        yield "leak of an unjudged warning"


def _result(seen: Seen, asked: Asked, record: Row | None) -> Iterator[Violation]:
    plan = seen.plan
    if record is None and seen.status == 200:
        yield Violation("answered without a record", f"{plan}")
    if plan.canary.encode() in seen.raw and not plan.fails_open:
        yield from (Violation("released without coverage", f"{plan} {gap}") for gap in _gaps(plan, asked))
    if plan.fails_open and _is_closed(seen):
        yield Violation(CLOSED_IN_OUTAGE, f"{plan}")
        return
    if plan.fails_open:
        yield from _loudness(seen, record)
    elif not plan.judged and not plan.found_unsafe:
        yield from _closedness(seen)
        return
    else:
        yield from _verdict(plan, record)
    yield from _answered(seen)


def _closedness(seen: Seen) -> Iterator[Violation]:
    if not _is_closed(seen):
        yield Violation("not closed", f"{seen.status} {seen.code} {seen.plan}")
    elif ("retry-after" in seen.headers) is (seen.plan.agent_fault in FINAL):
        yield Violation("retry-after where it does not help, or none where it does", f"{seen.plan}")


def _is_closed(seen: Seen) -> bool:
    return (seen.status, seen.code) == (503, "guard_unavailable")


def _verdict(plan: Plan, record: Row | None) -> Iterator[Violation]:
    """The record's verdict is the one that was given; `none` speaks of a failure, which is counted where it shows."""
    right = "unsafe" if plan.found_unsafe else plan.concluded
    if record is not None and record.body["verdict"] not in {right, "none"}:
        yield Violation("wrong verdict in the record", f"{record.body['verdict']} {plan}")
    if plan.found_unsafe and (record is None or record.body["verdict"] != right):
        yield Violation("explicit unsafe lost", f"{plan}")


def _gaps(plan: Plan, asked: Asked) -> Iterator[str]:
    """Which agents did not see what the answering model saw."""
    shown = next((pictures for role, pictures in asked if role == "answer"), frozenset())
    for role in JUDGES:
        if role == "scene" and not plan.picture:
            continue
        needed = frozenset() if role == "intent" else shown  # what a person wants is in the words
        if needed not in [pictures for name, pictures in asked if name == role]:
            yield role


def _loudness(seen: Seen, record: Row | None) -> Iterator[Violation]:
    """What goes out unjudged says so in its header and its record."""
    if seen.status == 200 and seen.headers.get("x-guard-released") != "failed open":
        yield Violation("silent fail-open: header", f"{seen.headers} {seen.plan}")
    if seen.status == 200 and (
        record is None or record.body["released"] != "failed open" or not record.body["failure"]
    ):
        yield Violation("silent fail-open: record", f"{seen.plan}")


def _answered(seen: Seen) -> Iterator[Violation]:
    """A reply that may go out goes out; a model's failure is told by the catalogue, and a cut stream is not ended."""
    plan = seen.plan
    fault = plan.upstream_fault if plan.releases and plan.upstream_fault not in READ else None
    if fault is None:
        if plan.late_faulty and plan.tools:
            return  # whether a proposed call that cannot be judged is an error or a fixed text is not the rig's to say
        if (seen.status, seen.finished) != (200, True):
            yield Violation("not answered", f"{seen.status} {seen.code} {plan}")
        if plan.may_show_answer and plan.releases and plan.canary.encode() not in seen.raw:
            yield Violation("answer missing", f"{plan}")
        return
    if fault == "informational" and seen.status == 200:
        return
    codes = UPSTREAM_CODES.get(fault, MODEL_FAULTS)
    if seen.code not in codes:
        yield Violation("unmapped upstream fault", f"{fault} -> {seen.status} {seen.code}: {plan}")
    if seen.status == 200 and b"[DONE]" in seen.raw:
        yield Violation("cut stream with an end", f"{plan}")
    if seen.status == 500:
        yield Violation("fault of our own", f"{plan}")


def uncounted(rows: Sequence[Row], counted: Counters) -> Iterator[Violation]:
    """Unjudged releases that are on disk and not in the counter, or the other way round."""
    decided = sum(row.kind == "decision" and row.body["released"] == "failed open" for row in rows)
    late = sum(each["released"] == "failed open" for row in rows for each in row.body.get("late", ()))
    for stage, on_disk in (("request", decided), ("reply", late)):
        told = counted.total(FAILED_OPEN, stage=stage)
        if told != on_disk:
            yield Violation("silent fail-open: counter", f"{stage}: {told} counted, {on_disk} on disk")


def shared(every: Iterable[Seen]) -> Iterator[Violation]:
    """Answers that name the same decision: one of them is another's."""
    named = Counter(seen.decision for seen in every if seen.decision)
    yield from (Violation("two answers, one record", decision) for decision, count in named.items() if count > 1)
