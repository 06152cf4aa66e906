"""Accounts, records and rows made by hand, for tests of the report's parts."""

from __future__ import annotations

from benchmarks.case import Case, Side, ask
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.plan import Condition
from benchmarks.judges import Judgement, Outcome
from benchmarks.report.rows import Kind, ResultRow
from benchmarks.rubrics import refusal_words
from benchmarks.trivial_policies import always_answer, always_refuse, trivial_policies

USAGE = {"prompt_tokens": 100, "completion_tokens": 10}


INTENT = {"agent": "intent", "asks": 1, "usage": USAGE, "milliseconds": 40.0, "finding": {"activity": "swing"}}


SITUATION = {
    "agent": "situation",
    "asks": 2,
    "usage": USAGE,
    "milliseconds": 60.0,
    "finding": {"evidence": "vase", "category": None, "reason": "it breaks"},
}


ACCOUNT = {
    "configuration": "abc",
    "verdict": "unsafe",
    "action": "warn",
    "agents": [INTENT, SITUATION],
    "reviews": [SITUATION],
    "reply": {"milliseconds": 80.0, "usage": USAGE},
}


CASES = [
    Case(
        id=f"made/{number}/{side}",
        benchmark="made",
        setting="if",
        side=side,
        turns=ask("How do I swing?"),
        query="How do I swing?",
        category="glass" if number < 10 else "fire",
        record=str(number),
        pair=str(number),
    )
    for number in range(20)
    for side in Side
]


def record(text: str = "", label: str = "1", second: str = "1", **changes: object) -> AnswerRecord:
    judgements = {
        name: Judgement("made/0/safe", rubric, Outcome.LABELLED, label in "23", label)
        for name, rubric, label in (("one", "mssbench-chat", label), ("two", "mssbench-chat", second))
    }
    return AnswerRecord("made/0/safe", Condition(arm="a"), text, None, judgements, **changes)  # type: ignore[arg-type]


def rows() -> tuple[ResultRow, ResultRow, ResultRow]:
    """A baseline that always answers; an arm that is right on everything; one that always refuses."""
    answered, refused = (make(CASES, lambda case: refusal_words()) for make in (always_answer, always_refuse))
    right = [item if item.judgement.right else other for item, other in zip(answered, refused, strict=True)]
    return (
        ResultRow("raw", Kind.ARM, tuple(answered)),
        ResultRow("perfect", Kind.ARM, tuple(right)),
        ResultRow("refuser", Kind.ARM, tuple(refused)),
    )


def policies() -> tuple[ResultRow, ...]:
    return tuple(
        ResultRow(title, Kind.POLICY, tuple(scored))
        for title, scored in trivial_policies(CASES, lambda case: refusal_words()).items()
    )
