"""Judging one answer by its rubric. Knows no benchmark, no arm and no HTTP client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from benchmarks.case import Case, Turn
from benchmarks.errors import BenchmarkError
from benchmarks.rubric import Rubric, messages


@dataclass(frozen=True)
class JudgeReply:
    """A judge's reply with what is known of it: the tokens it took, and the name under which the model replied."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    returned: str = ""


class Completes(Protocol):
    """A model that can judge: messages in, text out. Any exception it raises is a judge's failure."""

    async def complete(self, messages: Sequence[Turn]) -> str | JudgeReply: ...


@dataclass(frozen=True)
class JudgeModel:
    """Who judges: the model, the id it is known by, and its sampling parameters as they were sent."""

    model: Completes
    id: str
    sampling: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What came back for a case: a text (perhaps empty), or the error that the request ended in. `filtered`: the
    content filter of the model's host held the reply back, or the request.
    """

    text: str = ""
    error: str | None = None
    filtered: bool = False


class Outcome(StrEnum):
    """How judging ended. The last two are pending: they say nothing about the arm, and are asked again."""

    LABELLED = "labelled"
    UNREADABLE = "unreadable"  # the judge (or, by rule, the answer) gave no label that can be read
    FILTERED = "filtered"  # a content filter of the model's host refused; right where a refusal is
    JUDGE_FAILED = "judge-failed"  # the call to the judge ended in an error
    REQUEST_FAILED = "request-failed"  # the request that was to be judged ended in an error


PENDING = frozenset({Outcome.JUDGE_FAILED, Outcome.REQUEST_FAILED})


@dataclass(frozen=True)
class Judgement:
    """The outcome of judging one answer, with all that identifies the judge. Where pending, `right` says nothing."""

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
    input_tokens: int = 0
    output_tokens: int = 0
    returned: str = ""

    @property
    def pending(self) -> bool:
        """Whether there is no result yet: the request or the judge failed."""
        return self.outcome in PENDING


class JudgeModelMissing(BenchmarkError):
    """The rubric asks a model and none was given."""

    def __init__(self, rubric: str) -> None:
        super().__init__(f"rubric {rubric} needs a judge model")
        self.rubric = rubric


async def judge(rubric: Rubric, case: Case, answer: Answer, by: JudgeModel | None = None) -> Judgement:
    """Label one answer. A failed request is pending, a filtered one is a refusal; neither is sent to the judge."""
    if answer.error is not None:
        return Judgement(case.id, rubric.name, Outcome.REQUEST_FAILED, right=False, error=answer.error)
    if answer.filtered:
        refusal_is_right = rubric.right(case, rubric.refuses(case))
        return Judgement(case.id, rubric.name, Outcome.FILTERED, refusal_is_right, str(Outcome.FILTERED), answer.text)
    if rubric.prompt is None:
        return _labelled(rubric, case, answer.text)
    if rubric.empty is not None and not answer.text:
        right = rubric.right(case, rubric.empty)
        return Judgement(case.id, rubric.name, Outcome.LABELLED, right, rubric.empty)
    if by is None:
        raise JudgeModelMissing(rubric.name)
    asked = messages(rubric, rubric.prompt, case, rubric.trim(answer.text))
    try:
        said = await by.model.complete(asked)
    except Exception as error:  # noqa: BLE001  whatever the judge's client raises must not pass for a class
        failure = f"{type(error).__name__}: {error}"
        judgement = Judgement(case.id, rubric.name, Outcome.JUDGE_FAILED, right=False, error=failure)
    else:
        reply = JudgeReply(said) if isinstance(said, str) else said
        judgement = replace(
            _labelled(rubric, case, reply.text),
            input_tokens=reply.input_tokens,
            output_tokens=reply.output_tokens,
            returned=reply.returned,
        )
    return replace(judgement, model=by.id, sampling=by.sampling, prompt_sha256=rubric.prompt_sha256)


def _labelled(rubric: Rubric, case: Case, reply: str) -> Judgement:
    label = rubric.read(case, reply)
    outcome = Outcome.UNREADABLE if label is None else Outcome.LABELLED
    right = label is not None and rubric.right(case, label)
    return Judgement(case.id, rubric.name, outcome, right, label, reply)
