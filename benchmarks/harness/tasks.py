"""The parts of an Inspect task: a case as a sample, asking an arm as the solver, our judges as the scorer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any

from inspect_ai.dataset import Sample
from inspect_ai.model import CachePolicy, ChatMessage, ChatMessageAssistant, Model, ModelUsage
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from benchmarks.case import Case, Turn
from benchmarks.harness.failures import ENDPOINT_ERRORS, RequestFailed, in_a_line
from benchmarks.harness.plan import RULE
from benchmarks.harness.progress import Tick, silent
from benchmarks.harness.provider import FILTERED, chat_messages
from benchmarks.judges import Answer, JudgeModel, JudgeReply, judge
from benchmarks.rubric import RubricOf

Cache = CachePolicy | bool


@dataclass(frozen=True)
class Grader:
    """How answers are labelled: which rubric for which case, and the model that is asked, if any is."""

    rubric_of: RubricOf
    model: JudgeModel | None = None
    name: str = RULE


class CachedJudge:
    """One of Inspect's models as a judge: its calls are cached, counted and logged."""

    def __init__(self, model: Model, cache: Cache) -> None:
        self._model = model
        self._cache = cache

    async def complete(self, messages: Sequence[Turn]) -> JudgeReply:
        """The reply. Raises `RequestFailed`, also where a content filter of the judge's host refused."""
        try:
            output = await self._model.generate(chat_messages(messages), cache=self._cache)
        except ENDPOINT_ERRORS as error:
            raise RequestFailed(in_a_line(error)) from None
        if output.stop_reason == FILTERED:
            raise RequestFailed("the content filter of the judge's host refused")
        usage, returned = output.usage or ModelUsage(), (output.metadata or {}).get("model") or output.model
        return JudgeReply(output.completion, usage.input_tokens, usage.output_tokens, returned)


# Inspect logs whatever is passed to a registered solver or scorer. So these two take nothing, and close over what they
# need.


def ask_arm(
    cases: Mapping[str, Case],
    model: Model,
    cache: Cache,
    *,
    title: str = "",
    tick: Tick = silent,
    in_turn: bool = False,
) -> Solver:
    """Ask the arm. Where that fails the sample ends in the error, and the next run asks again. `tick` hears of each.

    With `in_turn`, one question at a time, in the order of the cases: each asks after the one before it was answered.
    """
    turn = asyncio.Lock() if in_turn else nullcontext()  # a lock is handed on in the order in which it was asked for

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        messages: list[ChatMessage] = chat_messages(cases[str(state.sample_id)].turns)
        try:
            async with turn:
                state.output = await model.generate(messages, cache=cache)
        except ENDPOINT_ERRORS as error:
            tick(title, True)
            raise RequestFailed(in_a_line(error)) from None
        tick(title, False)
        state.messages.append(ChatMessageAssistant(content=state.output.completion))
        return state

    @solver(name="ask")
    def ask() -> Solver:
        return solve

    return ask()


def label_answers(cases: Mapping[str, Case], grader: Grader, *, at_once: int | None = None) -> Scorer:
    """Label the answer by its rubric. Everything that identifies the judge is in the score's metadata. `at_once` bounds
    how many requests to the judge are held in memory, where all samples are scored together.
    """
    room = asyncio.Semaphore(at_once) if at_once else nullcontext()

    async def score(state: TaskState, target: Target) -> Score:
        case = cases[str(state.sample_id)]
        answer = Answer(state.output.completion, state.output.error, state.output.stop_reason == FILTERED)
        async with room:
            judgement = await judge(grader.rubric_of(case), case, answer, grader.model)
        return Score(
            value=float(judgement.right),
            answer=judgement.label or str(judgement.outcome),
            explanation=judgement.reply or judgement.error,
            metadata={"judge": grader.name, "judgement": asdict(judgement)},
        )

    @scorer(metrics=[accuracy()], name="judged")
    def judged() -> Scorer:
        return score

    return judged()


def sample_of(case: Case) -> Sample:
    """A case as Inspect's log has it; its pictures are named and not held."""
    files = [{"path": str(p.source), "sha256": p.sha256} for p in case.pictures if not isinstance(p.source, bytes)]
    metadata: dict[str, Any] = {
        "side": str(case.side),
        "category": case.category,
        "subset": case.subset,
        "record": case.record,
        "pair": case.pair,
        "pictures": files or [{"sha256": picture.sha256} for picture in case.pictures],
    }
    return Sample(id=case.id, input=case.text, target=str(case.side), metadata=metadata)
