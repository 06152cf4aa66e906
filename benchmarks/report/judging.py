"""Who judged, as the results themselves say it: the model, how it sampled, and the hash of what it was asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks.harness.logs import Record
from benchmarks.judges import Judgement, Outcome


@dataclass(frozen=True, order=True)
class Judging:
    """One rubric of one judge, under the name that tables have for it. By rule, there is no model and no prompt."""

    judge: str
    rubric: str
    model: str = ""
    sampling: str = ""
    prompt_sha256: str = ""


def judges_of(records: Iterable[Record]) -> list[Judging]:
    """Every judge with every rubric that it was asked by; a request that failed was never judged."""
    labels = (item for record in records for item in record.judgements.items())
    return sorted({judging_of(name, each) for name, each in labels if each.outcome is not Outcome.REQUEST_FAILED})


def judging_of(name: str, judgement: Judgement) -> Judging:
    """What identifies the judge of one label."""
    sampling = ", ".join(f"{option} {value}" for option, value in judgement.sampling)
    return Judging(name, judgement.rubric, judgement.model or "", sampling, judgement.prompt_sha256 or "")
