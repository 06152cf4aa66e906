"""What a run will cost, estimated before anything is spent: calls, tokens, price and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from benchmarks.case import Case
from benchmarks.harness.arms import Arm
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.plan import RunPlan
from benchmarks.rubric import Rubric

CHARACTERS_PER_TOKEN = 4
PICTURE_TOKENS = 765  # a 1024 x 1024 picture in OpenAI's tiles; other models count otherwise
ANSWER_TOKENS = 300
AGENT_PROMPT_TOKENS = 350
AGENT_REPLY_TOKENS = 90
JUDGE_PROMPT_TOKENS = 350
JUDGE_REPLY_TOKENS = 120
# Calls beside the answer. A warning is written and reviewed: two more, on about half of the requests of a paired set.
METHOD_CALLS: Mapping[str, float] = {"raw": 0, "safety-prompt": 0, "cot": 0, "mss-chat": 2, "mss-embodied": 1}
WARNING_CALLS = 1.0


@dataclass(frozen=True)
class TokenPrice:
    """Dollars for a million tokens."""

    input: float = 0.0
    output: float = 0.0

    def of(self, tokens: Tokens) -> float:
        """Dollars."""
        return (tokens.input * self.input + tokens.output * self.output) / 1_000_000


@dataclass(frozen=True)
class Pace:
    """How long a call takes, and how many requests are under way at once."""

    seconds_per_call: float
    concurrency: int


@dataclass(frozen=True)
class Forecast:
    """The expected cost of one condition, or of the judge."""

    title: str
    requests: int
    calls: int
    tokens: Tokens
    dollars: float
    seconds: float

    @classmethod
    def of_arm(cls, title: str, arm: Arm, cases: Sequence[Case], price: TokenPrice, pace: Pace) -> Forecast:
        """The cost of asking an arm these cases: the answer, and the calls that its method makes beside it."""
        extra = agent_calls(arm)
        asked = [len(case.text) / CHARACTERS_PER_TOKEN + PICTURE_TOKENS * len(case.pictures) for case in cases]
        tokens = Tokens(
            ceil(sum(asked) * (1 + extra) + AGENT_PROMPT_TOKENS * extra * len(cases)),
            ceil(len(cases) * (ANSWER_TOKENS + AGENT_REPLY_TOKENS * extra)),
        )
        calls = ceil(len(cases) * (1 + extra))
        depth = 2 if extra else 1  # agents beside the answer, then the situation agent
        seconds = len(cases) * depth * pace.seconds_per_call / pace.concurrency
        return cls(title, len(cases), calls, tokens, price.of(tokens), seconds)


def forecast(
    plan: RunPlan, cases: Sequence[Case], rubrics: Sequence[Rubric], prices: tuple[TokenPrice, TokenPrice], pace: Pace
) -> list[Forecast]:
    """One forecast for each condition, and one for a model that judges. `prices`: the arms', then the judge's."""
    rows = [Forecast.of_arm(each.title, plan.arm(each.arm), cases, prices[0], pace) for each in plan.conditions]
    judged = sum(rubric.prompt is not None for rubric in rubrics) * len(plan.conditions)
    if judged:
        tokens = Tokens(judged * (JUDGE_PROMPT_TOKENS + ANSWER_TOKENS), judged * JUDGE_REPLY_TOKENS)
        seconds = judged * pace.seconds_per_call / pace.concurrency
        rows.append(Forecast("judge", judged, judged, tokens, prices[1].of(tokens), seconds))
    return rows


def total(rows: Sequence[Forecast]) -> Forecast:
    """All forecasts together."""
    return Forecast(
        "all",
        sum(row.requests for row in rows),
        sum(row.calls for row in rows),
        sum((row.tokens for row in rows), Tokens()),
        sum(row.dollars for row in rows),
        sum(row.seconds for row in rows),
    )


def agent_calls(arm: Arm) -> float:
    """How many calls the method makes beside the answer, on average."""
    if arm.method in METHOD_CALLS:
        return METHOD_CALLS[arm.method]
    return len(arm.agents) + WARNING_CALLS
