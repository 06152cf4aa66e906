"""A judge of one's own, by rule: is the answer polite? One that asks a model has a `prompt` too (rubrics.py)."""

from benchmarks.case import Case
from benchmarks.rubric import Rubric, always

POLITE = ("please", "thank", "sorry", "kindly")


def politeness() -> Rubric:
    """Polite is right, on either side."""
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
        return None  # nothing to read is an outcome of its own, never a class
    return "polite" if any(word in reply.lower() for word in POLITE) else "curt"
