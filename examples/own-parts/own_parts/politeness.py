"""A judge by rule: is the answer polite? A judge that asks a model has a `prompt` too (benchmarks/rubrics.py)."""

from benchmarks.case import Case
from benchmarks.rubric import Rubric, always

POLITE = ("please", "thank", "sorry", "kindly")


def politeness() -> Rubric:
    """A polite answer is right on both sides."""
    return Rubric(
        name="politeness",
        labels=("polite", "curt"),
        read=_read,
        right=lambda case, label: label == "polite",
        answers=always("curt"),
        refuses=always("polite"),
    )


def _read(case: Case, reply: str) -> str | None:
    if not reply.strip():
        return None  # an empty reply has no label; it is counted as unreadable
    return "polite" if any(word in reply.lower() for word in POLITE) else "curt"
