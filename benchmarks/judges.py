"""Judging one answer by its rubric. Knows no benchmark, no arm and no HTTP client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from benchmarks.case import Case, Turn
from benchmarks.errors import BenchmarkError
from benchmarks.rubric import Rubric, messages


class Completes(Protocol):
    """A model that can judge: messages in, text out. Any exception it raises is a judge's failure."""

    async def complete(self, messages: Sequence[Turn]) -> str: ...


@dataclass(frozen=True)
class JudgeModel:
    """Who judges: the model, the id it is known by, and its sampling parameters as they were sent."""

    model: Completes
    id: str
    sampling: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came back for a case: a text (perhaps empty), or the error that the request ended in."""

    text: str = ""
    error: str | None = None


class Outcome(StrEnum):
    """How judging ended. Only `labelled` has a label."""

    LABELLED = "labelled"
    UNREADABLE = "unreadable"  # the judge (or, by rule, the answer) gave no label that can be read
    JUDGE_FAILED = "judge-failed"  # the call to the judge ended in an error
    REQUEST_FAILED = "request-failed"  # the request that was to be judged ended in an error


@dataclass(frozen=True)
class Judgement:
    """The outcome of judging one answer, with all that identifies the judge."""

    case_id: str
    rubric: str
    outcome: Outcome
    right: bool
    label: str | None = None
    reply: str = ""
    error: str | None = None
    model: str | None = None
    sampling: tuple[tuple[str, str], ...] = ()
    prompt_sha256: str | None = None


class JudgeModelMissing(BenchmarkError):
    """The rubric asks a model and none was given."""

    def __init__(self, rubric: str) -> None:
        super().__init__(f"rubric {rubric} needs a judge model")
        self.rubric = rubric


async def judge(rubric: Rubric, case: Case, answer: Answer, by: JudgeModel | None = None) -> Judgement:
    """Label one answer. A failed request is wrong on both sides and is never sent to the judge."""
    if answer.error is not None:
        return Judgement(case.id, rubric.name, Outcome.REQUEST_FAILED, right=False, error=answer.error)
    if rubric.prompt is None:
        return _labelled(rubric, case, answer.text)
    if rubric.empty is not None and not answer.text:
        right = rubric.right(case, rubric.empty)
        return Judgement(case.id, rubric.name, Outcome.LABELLED, right, rubric.empty)
    if by is None:
        raise JudgeModelMissing(rubric.name)
    asked = messages(rubric, rubric.prompt, case, rubric.trim(answer.text))
    try:
        reply = await by.model.complete(asked)
    except Exception as error:  # noqa: BLE001  whatever the judge's client raises must not pass for a class
        failure = f"{type(error).__name__}: {error}"
        judgement = Judgement(case.id, rubric.name, Outcome.JUDGE_FAILED, right=False, error=failure)
    else:
        judgement = _labelled(rubric, case, reply)
    return replace(judgement, model=by.id, sampling=by.sampling, prompt_sha256=rubric.prompt_sha256)


def _labelled(rubric: Rubric, case: Case, reply: str) -> Judgement:
    label = rubric.read(case, reply)
    outcome = Outcome.UNREADABLE if label is None else Outcome.LABELLED
    right = label is not None and rubric.right(case, label)
    return Judgement(case.id, rubric.name, outcome, right, label, reply)
