"""Before a run: every picture decodes, and every arm and judge has answered once. A run that cannot work ends here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO

from inspect_ai.model import Model, ModelOutput
from PIL import Image, UnidentifiedImageError

from benchmarks.case import Case, CaseSet, Turn, ask
from benchmarks.errors import BenchmarkError
from benchmarks.harness.arms import Arm
from benchmarks.harness.endpoint import Address
from benchmarks.harness.failures import ENDPOINT_ERRORS, Fuse, in_a_line
from benchmarks.harness.judging import LIKELIEST, judge_model, weighing
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.measured import Measured, MeasuredModel, commit, software
from benchmarks.harness.panels import ClueSpec, ModelSpec
from benchmarks.harness.plan import JudgeSpec, check_panel, rubric_chooser
from benchmarks.harness.provider import FIRST_TOKENS, Patience, chat_messages
from benchmarks.harness.run import BenchmarkRun
from benchmarks.harness.tasks import Cache
from benchmarks.panels.clue.clue import SEE
from benchmarks.pictures import Picture
from benchmarks.rubric import RubricOf, messages

NAMED_AT_MOST = 20  # pictures that the message names; the error holds all of them
DECODERS = 4  # threads; decoding leaves Python's lock
ANSWER = "I cannot tell from this picture whether that is safe."  # what a judge is asked about before there are answers
FEW_TRIES = Patience(retries=4, seconds=60, concurrency=1)  # a limit passes, a wrong address does not
OF_ONE_REQUEST = ("400 ", "413 ", "422 ")  # statuses that may be about one question's text or picture
HINTS = {
    "max_completion_tokens": "try --judge-token-field max_completion_tokens",
    "temperature": "try --judge-temperature none",
}


class PicturesUnreadable(BenchmarkError):
    """Pictures of the release are none. `problems` has what is wrong by the picture's name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        named = "".join(f"\n  {name}: {problem}" for name, problem in list(problems.items())[:NAMED_AT_MOST])
        more = f"\n  and {len(problems) - NAMED_AT_MOST} more" if len(problems) > NAMED_AT_MOST else ""
        super().__init__(
            f"{len(problems)} pictures cannot be read. Fetch them again, or leave their questions out with --partial:"
            f"{named}{more}"
        )
        self.problems = dict(problems)


class EndpointUnusable(BenchmarkError):
    """An arm or a judge does not answer; nothing else was asked."""

    def __init__(self, who: str, words: str) -> None:
        hint = "".join(f"; {advice}" for word, advice in HINTS.items() if who.startswith("judge") and word in words)
        super().__init__(f"{who} does not answer: {words}{hint}. Nothing else was asked")
        self.who = who
        self.words = words


class LogProbabilitiesMissing(BenchmarkError):
    """A judge's endpoint gives no log probabilities, by which a constitution is judged."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"{who} gives no log probabilities (logprobs, top_logprobs: {LIKELIEST}), and a constitution is judged by "
            "these. Name another model or endpoint: vLLM gives them, and so does a checkpoint behind `situguard serve`"
        )
        self.who = who


@dataclass(frozen=True)
class FirstQuestion:
    """What an arm or a judge is asked before a run. One that `worked` before may refuse the question for what it is;
    one that `weighs` must give log probabilities.
    """

    who: str
    model: Model
    turns: Sequence[Turn]
    cache: Cache = False
    worked: bool = False
    weighs: bool = False


def unreadable_pictures(cases: Iterable[Case]) -> dict[str, str]:
    """What is wrong with each picture that does not decode, by its path; each picture is decoded once."""
    pictures = {picture.sha256: picture for case in cases for picture in case.pictures}
    with ThreadPoolExecutor(DECODERS) as pool:
        problems = zip(pictures.values(), pool.map(problem_of, pictures.values()), strict=True)
        return {name_of(picture): problem for picture, problem in problems if problem}


def problem_of(picture: Picture) -> str:
    """Why a picture does not decode; empty where it does."""
    try:
        with Image.open(BytesIO(picture.read())) as image:
            image.load()
    except UnidentifiedImageError:
        return "no picture, or damaged at its beginning"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        return str(error) or type(error).__name__
    return ""


def name_of(picture: Picture) -> str:
    """A picture's path, or the beginning of its hash where it has no file."""
    return picture.sha256[:12] if isinstance(picture.source, bytes) else str(picture.source)


def judged_first(cases: Sequence[Case], rubric_of: RubricOf) -> Sequence[Turn] | None:
    """What a judge is asked before there is an answer; None where every label is by rule."""
    for case in cases:
        if turns := messages(rubric_of(case), case, ANSWER):
            return turns
    return None


def ask_first(questions: Sequence[FirstQuestion]) -> dict[str, ModelOutput]:
    """Ask each once, one after another; the replies by who gave them. Raises `EndpointUnusable`."""

    async def ask_all() -> dict[str, ModelOutput]:
        replies = {question.who: await _ask(question) for question in questions}
        return {who: reply for who, reply in replies.items() if reply is not None}

    return asyncio.run(ask_all())


async def _ask(question: FirstQuestion) -> ModelOutput | None:
    try:
        reply = await question.model.generate(chat_messages(question.turns), cache=question.cache)
        if question.weighs and not (reply.metadata or {}).get(FIRST_TOKENS):
            raise LogProbabilitiesMissing(question.who)
        return reply
    except ENDPOINT_ERRORS as error:
        if question.worked and in_a_line(error).startswith(OF_ONE_REQUEST):
            return None
        raise EndpointUnusable(question.who, in_a_line(error)) from error
    finally:
        await question.model.api.aclose()


def checked_pictures(cases: CaseSet, *, partial: bool) -> CaseSet:
    """The cases whose pictures all decode. Raises `PicturesUnreadable` unless a partial folder is allowed."""
    problems = unreadable_pictures(cases)
    if problems and not partial:
        raise PicturesUnreadable(problems)
    kept = tuple(case for case in cases if not any(name_of(picture) in problems for picture in case.pictures))
    return CaseSet(kept, cases.version, (*cases.missing, *problems))


def measure(
    run: BenchmarkRun,
    proxy: Address,
    described: Mapping[str, MeasuredModel],
    unlearned: Mapping[str, tuple[str, ...]] | None = None,
) -> Measured:
    """Ask every arm and judge that has something left to do once, and note by which names their models replied.

    `described` are the models of the proxy's configuration, and `unlearned` the prompts that an arm's model never
    learned, where it is at hand. Raises `EndpointUnusable`.
    """
    records, worked = run.records(), run.worked()
    asked = ((arm.name, _arms_question(run, arm, proxy, records)) for arm in run.plan.arms)
    arms = {name: replace(question, worked=name in worked) for name, question in asked if question}
    judges = _judges_questions(run, records)
    replies = ask_first([*arms.values(), *judges.values()])
    models = dict(described)
    for arm in run.plan.arms:
        reply = replies.get(arms[arm.name].who) if arm.name in arms else None
        for found in _named_by(arm, reply, proxy):
            known = models.get(found.role, found)
            returned = tuple(dict.fromkeys((*known.returned, *found.returned)))
            models[found.role] = known.model_copy(update={"returned": returned})
    spec = run.plan.options.judge or JudgeSpec()
    for name, seat in spec.models.items():
        said = (_returned(replies[judges[name].who]),) if name in judges and judges[name].who in replies else ()
        role = f"judge {name}" if spec.panel else name
        models[role] = MeasuredModel(
            role=role, requested=seat.model, returned=tuple(filter(None, said)), host=Address(seat.url).host
        )
    names = {arm.name for arm in run.plan.arms}
    marked = {arm: prompts for arm, prompts in (unlearned or {}).items() if arm in names}
    return Measured(models=tuple(models.values()), versions=software(), commit=commit(), unlearned=marked)


def _named_by(arm: Arm, reply: ModelOutput | None, proxy: Address) -> list[MeasuredModel]:
    """The models behind an arm by their names in the proxy's configuration; a plain endpoint's arm is its own model."""
    if not arm.answers:
        returned = (_returned(reply),) if reply is not None and _returned(reply) else ()
        return [MeasuredModel(role=arm.name, requested=arm.name, returned=returned, host=proxy.host)]
    guard = ((reply.metadata if reply else None) or {}).get("guard") or {}
    called = {call["model"]: tuple(call["returned"]) for call in guard.get("calls") or []}
    return [MeasuredModel(role=name, returned=names) for name, names in ({arm.answers: ()} | called).items()]


def _returned(reply: ModelOutput) -> str:
    return str((reply.metadata or {}).get("model") or "")


def _arms_question(
    run: BenchmarkRun, arm: Arm, proxy: Address, records: Sequence[AnswerRecord]
) -> FirstQuestion | None:
    """The first case that the arm has not answered; None where it has answered all."""
    answered = {(record.condition, record.case_id) for record in records if record.error is None}
    for condition in run.plan.every_condition:
        for case in run.cases_under(condition).values() if condition.arm == arm.name else ():
            if (condition, case.id) not in answered:
                model, cache = run.arm_model(arm, proxy, Fuse(), FEW_TRIES, condition.repeat)
                return FirstQuestion(f"arm {arm.name}", model, case.turns, cache)
    return None


def _judges_questions(run: BenchmarkRun, records: Sequence[AnswerRecord]) -> dict[str, FirstQuestion]:
    """What each model that judges is asked first; nothing where a rule judges, or a batch, or all is judged."""
    spec = run.plan.options.judge or JudgeSpec()
    judged = [record for record in records if spec.name in record.judgements]
    done = [record for record in judged if not record.judgements[spec.name].pending]
    return {} if len(done) == run.answers_wanted else judges_first(run, spec)


def judges_first(run: BenchmarkRun, spec: JudgeSpec) -> dict[str, FirstQuestion]:
    """The question for each model of a judge, by its name there: the judge's own prompt over a made-up answer, or a
    constitution's first precondition.
    """
    weighs = isinstance(spec.panel, ClueSpec)
    cases = list(run.cases.values())
    turns = first_look(cases) if weighs else judged_first(cases, rubric_chooser(run.benchmark, spec))
    if spec.batch or turns is None:
        return {}
    asked = {name: weighing(each) if weighs else each for name, each in spec.models.items()}

    def question(each: ModelSpec) -> FirstQuestion:
        cache = False if weighs else run.judges_cache(each)  # an endpoint may have learned to give log probabilities
        model = judge_model(each, FEW_TRIES, Fuse())
        return FirstQuestion(f"judge {each.model}", model, turns, cache, weighs=weighs)

    return {name: question(each) for name, each in asked.items()}


def first_look(cases: Sequence[Case]) -> Sequence[Turn] | None:
    """A question of the kind that is weighed, about the first picture."""
    return next((ask(SEE.render(what="a person"), *case.pictures) for case in cases if case.pictures), None)


def check_judge(run: BenchmarkRun, spec: JudgeSpec) -> None:
    """Ask each model of a judge once, before it judges stored answers. Raises `OptionInvalid` where the judge does not
    fit them, `EndpointUnusable`, and `LogProbabilitiesMissing`.
    """
    check_panel(spec, list(map(rubric_chooser(run.benchmark, spec), run.cases.values())))
    ask_first(list(judges_first(run, spec).values()))
