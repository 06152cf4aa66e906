"""What a run will cost, estimated before anything is spent: calls, tokens, price and time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from agents.fused import JOINED, FusedAgent
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from benchmarks.case import Case, Side
from benchmarks.controls import controlled
from benchmarks.harness.arms import Arm
from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.plan import RunPlan
from benchmarks.rubric import Rubric
from benchmarks.sampling import stratified

CHARACTERS_PER_TOKEN = 4
PICTURE_TOKENS = 765  # a 1024 x 1024 picture in OpenAI's tiles; other models count otherwise
DEFAULT_PROMPTS = "default"
ANSWER_TOKENS = 300
AGENT_REPLY_TOKENS = 90
PILOT_TOKENS = 3  # of a reply whose first tokens a probe reads
WARNING_TOKENS = 120
JUDGE_REPLY_TOKENS = 120


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
class Step:
    """A call beside the answer: the prompt that it fills, whether it is shown the pictures, and how long its reply is.
    One that `needs_pictures` is left out where there are none. `contrasted`: decoded against a companion.
    """

    prompt: str
    pictures: bool = True
    reply: int = AGENT_REPLY_TOKENS
    needs_pictures: bool = False
    contrasted: bool = False

    def tokens(self, case: Case, prompts: PromptSet) -> Tokens:
        """What the call takes for a case: the prompt's text with the question in it, the pictures, the reply."""
        text = len(prompts[self.prompt].text) + len(case.text)
        tokens = Tokens(ceil(text / CHARACTERS_PER_TOKEN) + _pictures(case) * self.pictures, self.reply)
        return with_companion(tokens) if self.contrasted and case.pictures else tokens


BESIDE = "first question, latency probe"
AGENT_STEPS = {
    "intent": Step("intent", pictures=False),
    "visual": Step("scene", needs_pictures=True),
    "situation": Step("situation"),
    "onlooker": Step("onlooker"),
    FusedAgent.name: Step("fused", reply=len(JOINED) * AGENT_REPLY_TOKENS),
}
WARNING = (Step("warn", reply=WARNING_TOKENS), Step("reply"))  # written, and judged before it goes out
METHOD_STEPS: Mapping[str, Sequence[Step]] = {
    "raw": (),
    "safety-prompt": (),
    "adashield-s": (),
    "coca": (),
    "vcd": (),
    "ecso": (Step("ecso_tell"),),
    "sia": (Step("sia_caption"), Step("sia_intent", pictures=False)),
    "echosafe": (Step("echosafe_reflect"),),
    "safeswitch": (Step("situation", reply=PILOT_TOKENS),),
    "cot": (),
    "mss-chat": (Step("mss_chat_intent"), Step("mss_chat_judge")),
    "mss-embodied": (Step("mss_embodied_point", pictures=False),),
}


def steps(arm: Arm, case: Case, *, looked: bool = False) -> Sequence[Step]:
    """The calls that an arm makes beside the answer. That of a guard which judges right: it warns on the unsafe side.
    `looked`: the arm has kept what is in the case's pictures.

    The answer itself is asked for beside the agents, so it is paid for also where it is thrown away.
    """
    if arm.method in METHOD_STEPS:
        return METHOD_STEPS[arm.method]
    made = [
        replace(
            AGENT_STEPS[name], contrasted=(SituationAgent.name if name == FusedAgent.name else name) in arm.contrasted
        )
        for name in asked_agents(arm)
        if not (looked and name == VisualAgent.name)
    ]
    looking = [step for step in made if case.pictures or not step.needs_pictures]
    return (*looking, *(WARNING if case.side is Side.UNSAFE else ()))


def asked_agents(arm: Arm) -> Sequence[str]:
    """The agents that an arm makes a call for."""
    known = [name for name in arm.agents if name in AGENT_STEPS]
    return [FusedAgent.name, *(name for name in known if name not in JOINED)] if arm.fused else known


def with_companion(tokens: Tokens) -> Tokens:
    """What a reply takes that is decoded by contrast: the companion reads a prompt of its own, and the reply."""
    return Tokens(2 * tokens.input + tokens.output, tokens.output)


@dataclass(frozen=True)
class ForecastArm:
    """An arm, and the prompt set that its agents use; proxies do not tell it, configurations do. `seen` fills with the
    pictures that it was asked about.
    """

    arm: Arm
    prompts: str = DEFAULT_PROMPTS
    seen: set[tuple[str, ...]] = field(default_factory=set)


@dataclass(frozen=True)
class Forecast:
    """The expected cost of one condition, of the judge, or of what a run asks beside the cases."""

    title: str
    requests: int
    calls: int
    tokens: Tokens
    dollars: float
    seconds: float

    @classmethod
    def of_arm(cls, title: str, arm: ForecastArm, cases: Sequence[Case], price: TokenPrice, pace: Pace) -> Forecast:
        """The cost of asking an arm these cases: the answer, and the calls that its method makes beside it."""
        beside = list(_beside(arm, cases))
        prompts = PromptSet.load(arm.prompts)
        asked = (_answer(arm.arm, case) for case in cases)
        agents = (step.tokens(case, prompts) for case, made in zip(cases, beside, strict=True) for step in made)
        tokens = sum((*asked, *agents), Tokens())
        calls = len(cases) + sum(map(len, beside))
        depth = 2 if any(beside) else 1  # agents beside the answer, then the situation agent
        seconds = len(cases) * depth * pace.seconds_per_call / pace.concurrency
        return cls(title, len(cases), calls, tokens, price.of(tokens), seconds)

    @classmethod
    def of_judge(
        cls,
        cases: Sequence[Case],
        rubrics: Sequence[Rubric],
        rows: int,
        price: TokenPrice,
        pace: Pace,
        *,
        calls: int = 1,
    ) -> Forecast | None:
        """The cost of judging that many answers to each case, and once before the run; None where a rule judges. A
        panel makes up to so many `calls` for one answer.
        """
        asked = [
            Tokens(
                ceil((len(rubric.prompt.text) + len(case.query)) / CHARACTERS_PER_TOKEN)
                + ANSWER_TOKENS
                + _pictures(case) * rubric.shows_picture,
                JUDGE_REPLY_TOKENS,
            )
            for case, rubric in zip(cases, rubrics, strict=True)
            if rubric.prompt is not None
        ]
        if not asked:
            return None
        tokens = sum(calls * rows * asked, asked[0])
        judged = rows * len(asked)
        seconds = calls * judged * pace.seconds_per_call / pace.concurrency
        title = "judge" if calls == 1 else f"judge, at most {calls} calls each"
        return cls(title, judged, calls * judged + 1, tokens, price.of(tokens), seconds)


def forecast(
    plan: RunPlan,
    cases: Sequence[Case],
    rubrics: Sequence[Rubric],
    prices: tuple[TokenPrice, TokenPrice],
    pace: Pace,
    *,
    probes: int = 0,
    prompts: Mapping[str, str] | None = None,
) -> list[Forecast]:
    """One forecast for each condition, one for what is asked of every arm beside the cases, and one for a model that
    judges. `prices`: the arms', then the judge's. `probes`: cases of the latency probe. `prompts`:
    the prompt set of each arm that is not `default`.
    """
    arms = {arm.name: ForecastArm(arm, (prompts or {}).get(arm.name, DEFAULT_PROMPTS)) for arm in plan.arms}
    rows = []
    for each in plan.conditions:
        asked = controlled(cases, each.control, plan.options.seed) if each.control else cases
        rows.append(Forecast.of_arm(each.title, arms[each.arm], asked, prices[0], pace))
    slow = Pace(pace.seconds_per_call, 1)  # the probe asks one at a time
    probed = [cases[0], *([cases[0], *stratified(cases, probes, plan.options.seed)] if probes else [])]
    beside = [Forecast.of_arm(name, arm, probed, prices[0], slow) for name, arm in arms.items()]
    rows.append(replace(total(beside), title=BESIDE))
    judge = Forecast.of_judge(cases, rubrics, len(plan.conditions), prices[1], pace, calls=plan.calls_a_judgement)
    return rows if judge is None else [*rows, judge]


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


def _beside(asked: ForecastArm, cases: Sequence[Case]) -> Iterator[Sequence[Step]]:
    for case in cases:
        shown = tuple(picture.sha256 for picture in case.pictures)
        yield steps(asked.arm, case, looked=bool(asked.arm.keeps_scenes) and shown in asked.seen)
        asked.seen.add(shown)


def _answer(arm: Arm, case: Case) -> Tokens:
    tokens = Tokens(ceil(len(case.text) / CHARACTERS_PER_TOKEN) + _pictures(case), ANSWER_TOKENS)
    contrasted = arm.method == "coca" or (arm.method == "vcd" and bool(case.pictures))
    return with_companion(tokens) if contrasted else tokens


def _pictures(case: Case) -> int:
    return PICTURE_TOKENS * len(case.pictures)
