"""Before a run: every picture decodes, and every arm and judge has answered once. A run that cannot work ends here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO

from inspect_ai.model import Model, ModelOutput
from PIL import Image, UnidentifiedImageError

from benchmarks.case import Case, CaseSet, Turn
from benchmarks.errors import BenchmarkError
from benchmarks.harness.arms import Arm
from benchmarks.harness.endpoint import Address
from benchmarks.harness.failures import ENDPOINT_ERRORS, Fuse, in_a_line
from benchmarks.harness.judging import judge_model
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.measured import Measured, MeasuredModel, commit, software
from benchmarks.harness.plan import judge_name, rubric_chooser
from benchmarks.harness.provider import Patience, chat_messages
from benchmarks.harness.run import BenchmarkRun
from benchmarks.harness.tasks import Cache
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


@dataclass(frozen=True)
class FirstQuestion:
    """What an arm or a judge is asked before a run. One that `worked` before may refuse the question for what it is."""

    who: str
    model: Model
    turns: Sequence[Turn]
    cache: Cache = False
    worked: bool = False


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
        rubric = rubric_of(case)
        if rubric.prompt is not None:
            return messages(rubric, rubric.prompt, case, ANSWER)
    return None


def ask_first(questions: Sequence[FirstQuestion]) -> dict[str, ModelOutput]:
    """Ask each once, one after another; the replies by who gave them. Raises `EndpointUnusable`."""

    async def ask_all() -> dict[str, ModelOutput]:
        replies = {question.who: await _ask(question) for question in questions}
        return {who: reply for who, reply in replies.items() if reply is not None}

    return asyncio.run(ask_all())


async def _ask(question: FirstQuestion) -> ModelOutput | None:
    try:
        return await question.model.generate(chat_messages(question.turns), cache=question.cache)
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
    judge = _judges_question(run, records)
    replies = ask_first([*arms.values(), *([judge] if judge else [])])
    models = dict(described)
    for arm in run.plan.arms:
        reply = replies.get(arms[arm.name].who) if arm.name in arms else None
        for found in _named_by(arm, reply, proxy):
            known = models.get(found.role, found)
            all_names = tuple(dict.fromkeys((*known.returned, *found.returned)))
            models[found.role] = known.model_copy(update={"returned": all_names})
    spec = run.plan.options.judge
    if spec is not None and spec.model:
        returned = (_returned(replies[judge.who]),) if judge and judge.who in replies else ()
        host = Address(spec.url).host
        models["judge"] = MeasuredModel(
            role="judge", requested=spec.model, returned=tuple(filter(None, returned)), host=host
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


def _judges_question(run: BenchmarkRun, records: Sequence[AnswerRecord]) -> FirstQuestion | None:
    """The judge's own prompt over a made-up answer; None where a rule judges, or a batch, or all is judged."""
    spec, name = run.plan.options.judge, judge_name(run.plan.options.judge)
    turns = judged_first(list(run.cases.values()), rubric_chooser(run.benchmark, spec))
    judged = [record for record in records if name in record.judgements and not record.judgements[name].pending]
    if spec is None or not spec.model or spec.batch or turns is None or len(judged) == run.answers_wanted:
        return None
    model = judge_model(spec, FEW_TRIES, Fuse())
    return FirstQuestion(f"judge {spec.model}", model, turns, run.judges_cache(spec))
