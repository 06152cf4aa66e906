"""An Inspect task for each row of the results: cases as samples, the arm as the model, our judges as the scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import CachePolicy, ChatMessage, ChatMessageAssistant, Model, ModelOutput
from inspect_ai.scorer import Score, Scorer, Target, accuracy, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver
from openai import APIStatusError, APITimeoutError

from benchmarks.case import Case, Turn
from benchmarks.degenerate import RubricOf
from benchmarks.harness.plan import RULE, Strand
from benchmarks.harness.provider import chat_messages
from benchmarks.judges import Answer, JudgeModel, judge

Cache = CachePolicy | bool


@dataclass(frozen=True)
class Judging:
    """How answers are labelled: which rubric for which case, and the model that is asked, if any is."""

    rubric_of: RubricOf
    by: JudgeModel | None = None
    name: str = RULE


class CachedJudge:
    """A model of Inspect's as a judge: its calls are cached, counted and logged."""

    def __init__(self, model: Model, cache: Cache) -> None:
        self._model = model
        self._cache = cache

    async def complete(self, messages: Sequence[Turn]) -> str:
        """The reply's text."""
        output = await self._model.generate(chat_messages(messages), cache=self._cache)
        return output.completion


# Whatever is passed to a registered solver or scorer is logged: these two take nothing, and close over what they need.


@dataclass(frozen=True)
class Asked:
    """Who is asked, and whether a kept reply will do."""

    model: Model
    cache: Cache


def asking(cases: Mapping[str, Case], asked: Asked) -> Solver:
    """Ask the arm. An error status is an outcome of the arm; where nobody answers at all, the sample is tried again
    by the next run."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        messages: list[ChatMessage] = chat_messages(cases[str(state.sample_id)].turns)
        try:
            state.output = await asked.model.generate(messages, cache=asked.cache)
        except (APIStatusError, APITimeoutError) as error:
            state.output = ModelOutput(model=asked.model.name, error=told(error))
        state.messages.append(ChatMessageAssistant(content=state.output.completion or state.output.error or ""))
        return state

    @solver(name="ask")
    def ask() -> Solver:
        return solve

    return ask()


def judging_scorer(cases: Mapping[str, Case], judging: Judging) -> Scorer:
    """Label the answer by its rubric. Everything that identifies the judge is in the score's metadata."""

    async def score(state: TaskState, target: Target) -> Score:
        case = cases[str(state.sample_id)]
        answer = Answer(state.output.completion, state.output.error)
        judgement = await judge(judging.rubric_of(case), case, answer, judging.by)
        return Score(
            value=float(judgement.right),
            answer=judgement.label or str(judgement.outcome),
            explanation=judgement.reply or judgement.error,
            metadata={"judge": judging.name, "judgement": asdict(judgement)},
        )

    @scorer(metrics=[accuracy()], name="judged")
    def judged() -> Scorer:
        return score

    return judged()


def strand_task(name: str, strand: Strand, cases: Mapping[str, Case], asked: Asked, judging: Judging) -> Task:
    """The task of one row."""
    return Task(
        dataset=MemoryDataset([_sample(case) for case in cases.values()], name=name),
        solver=asking(cases, asked),
        scorer=judging_scorer(cases, judging),
        model=asked.model,
        name=f"{name}--{strand.slug}",
        metadata={"arm": strand.arm, "control": strand.control},
    )


def told(error: APIStatusError | APITimeoutError) -> str:
    """An error in a line: its status and the code that the proxy gave."""
    if isinstance(error, APIStatusError):
        return f"{error.status_code} {error.code or error.message}"
    return "no reply in time"


def _sample(case: Case) -> Sample:
    return Sample(id=case.id, input=case.text, target=str(case.side), metadata=_metadata(case))


def _metadata(case: Case) -> dict[str, Any]:
    return {
        "side": str(case.side),
        "category": case.category,
        "subset": case.subset,
        "record": case.record,
        "pair": case.pair,
        "pictures": [
            {"path": str(p.source), "sha256": p.sha256} for p in case.pictures if not isinstance(p.source, bytes)
        ]
        or [{"sha256": p.sha256} for p in case.pictures],
    }
