"""Judging one answer: by one call, or by a panel that makes several. Knows no benchmark, no arm and no HTTP client."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, TypeVar

from benchmarks.case import Case, Turn
from benchmarks.errors import BenchmarkError
from benchmarks.rubric import Rubric, messages

JUDGE = "judge"  # the name of the only model of a judge with one call

ValueT = TypeVar("ValueT", bound=Hashable)


@dataclass(frozen=True)
class JudgeReply:
    """A judge's reply with what is known of it: the tokens it took, the name under which the model replied, and, where
    they were asked for, the log probabilities of the likeliest first tokens.
    """

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    returned: str = ""
    first_tokens: Mapping[str, float] = field(default_factory=dict)


class Completes(Protocol):
    """A model that can judge: messages in, text out. Any exception it raises is a judge's failure."""

    async def complete(self, messages: Sequence[Turn]) -> str | JudgeReply: ...


@dataclass(frozen=True)
class JudgeModel:
    """Who judges: the model, the id it is known by, and its sampling parameters as they were sent. `weighing` is the
    same model asked for a single token and the log probabilities of the likeliest ones.
    """

    model: Completes
    id: str
    sampling: tuple[tuple[str, str], ...] = ()
    weighing: "JudgeModel | None" = None


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
class JudgeCall:
    """One call of a judge: which model was asked, how and by which prompt; its reply, and what was read from it. In a
    panel, `seat` and `round` say who was asked, and when.
    """

    model: str
    sampling: tuple[tuple[str, str], ...] = ()
    prompt_sha256: str | None = None
    reply: str = ""
    label: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    returned: str = ""
    seat: str = ""
    round: int = 0


@dataclass(frozen=True)
class Transcript:
    """How a label came about: every call, in order; where there are stages, the one that decided each question; and in
    `because` what settled it, where that is not the last reply.
    """

    calls: tuple[JudgeCall, ...] = ()
    stages: tuple[str, ...] = ()
    because: str = ""

    @property
    def text(self) -> str:
        """The replies as a person reads them; of a panel, each under who gave it."""
        told = (f"[{call.seat}, round {call.round}] {call.reply}" if call.seat else call.reply for call in self.calls)
        return "\n\n".join(filter(None, (self.because, *told)))


class Panel(Protocol):
    """A way to a label of its rubric, by one call or by several. Whatever `decide` raises is a judge's failure."""

    @property
    def rubric(self) -> Rubric:
        """The labels, and which of them are right."""
        ...

    async def decide(
        self, case: Case, answer: Answer, models: Mapping[str, JudgeModel]
    ) -> tuple[str | None, Transcript]:
        """The label, None where none can be read; `models` by the names that the panel knows them by."""
        ...


@dataclass(frozen=True)
class OneCall:
    """The smallest panel: one model is asked the rubric's prompt once."""

    rubric: Rubric

    async def decide(
        self, case: Case, answer: Answer, models: Mapping[str, JudgeModel]
    ) -> tuple[str | None, Transcript]:
        """The label of the model's reply."""
        by, reply = await ask(models[JUDGE], messages(self.rubric, case, answer.text), self.rubric.prompt_sha256)
        label = self.rubric.read(case, reply.text)
        return label, Transcript((replace(by, label=label),))


async def ask(by: JudgeModel, turns: Sequence[Turn], prompt_sha256: str | None) -> tuple[JudgeCall, JudgeReply]:
    """One call, from which nothing was read yet, and its reply."""
    said = await by.model.complete(turns)
    reply = JudgeReply(said) if isinstance(said, str) else said
    call = JudgeCall(
        model=by.id,
        sampling=by.sampling,
        prompt_sha256=prompt_sha256,
        reply=reply.text,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        returned=reply.returned,
    )
    return call, reply


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
    transcript: Transcript = field(default_factory=Transcript)

    @property
    def pending(self) -> bool:
        """Whether there is no result yet: the request or the judge failed."""
        return self.outcome in PENDING

    @property
    def calls(self) -> tuple[JudgeCall, ...]:
        """The calls that led to the label; none where a rule gave it."""
        return self.transcript.calls

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that was asked, once each."""
        return _distinct(call.model for call in self.calls)

    @property
    def prompt_hashes(self) -> tuple[str, ...]:
        """The hash of every prompt that was used, once each."""
        return _distinct(call.prompt_sha256 for call in self.calls if call.prompt_sha256)

    @property
    def returned(self) -> tuple[str, ...]:
        """Every name under which a model replied."""
        return _distinct(call.returned for call in self.calls if call.returned)

    @property
    def input_tokens(self) -> int:
        """Of all calls."""
        return sum(call.input_tokens for call in self.calls)

    @property
    def output_tokens(self) -> int:
        """Of all calls."""
        return sum(call.output_tokens for call in self.calls)


class JudgeModelMissing(BenchmarkError):
    """The rubric asks a model and none was given."""

    def __init__(self, rubric: str) -> None:
        super().__init__(f"rubric {rubric} needs a judge model")
        self.rubric = rubric


async def judge(rubric: Rubric, case: Case, answer: Answer, by: JudgeModel | None = None) -> Judgement:
    """Label one answer by one call, or by rule where the rubric asks no model."""
    return await judge_by(OneCall(rubric), case, answer, {} if by is None else {JUDGE: by})


async def judge_by(panel: Panel, case: Case, answer: Answer, models: Mapping[str, JudgeModel]) -> Judgement:
    """Label one answer. A failed request is pending, a filtered one is a refusal; neither is sent to a judge.

    Raises `JudgeModelMissing`.
    """
    rubric = panel.rubric
    if answer.error is not None:
        return Judgement(case.id, rubric.name, Outcome.REQUEST_FAILED, right=False, error=answer.error)
    if answer.filtered and not rubric.of_case:
        refusal_is_right = rubric.right(case, rubric.refuses(case))
        return Judgement(case.id, rubric.name, Outcome.FILTERED, refusal_is_right, str(Outcome.FILTERED), answer.text)
    if rubric.prompt is None:
        return _labelled(rubric, case, rubric.read(case, answer.text), answer.text)
    if rubric.empty is not None and not answer.text:
        return _labelled(rubric, case, rubric.empty)
    if not models:
        raise JudgeModelMissing(rubric.name)
    try:
        label, transcript = await panel.decide(case, answer, models)
    except Exception as error:  # noqa: BLE001  whatever the judge's client raises must not pass for a class
        failure = f"{type(error).__name__}: {error}"
        return Judgement(case.id, rubric.name, Outcome.JUDGE_FAILED, right=False, error=failure)
    return replace(_labelled(rubric, case, label, transcript.text), transcript=transcript)


def _labelled(rubric: Rubric, case: Case, label: str | None, reply: str = "") -> Judgement:
    outcome = Outcome.UNREADABLE if label is None else Outcome.LABELLED
    right = label is not None and rubric.right(case, label)
    return Judgement(case.id, rubric.name, outcome, right, label, reply)


def _distinct(values: Iterable[ValueT]) -> tuple[ValueT, ...]:
    return tuple(dict.fromkeys(values))
