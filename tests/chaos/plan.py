"""A plan: what is to happen to one request, and what may then reach its client. An id in the user's text names it."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

Mode = Literal["closed", "open", "outage"]
MODES: tuple[Mode, ...] = ("closed", "open", "outage")
Verdict = Literal["safe", "unsafe", "unclear"]
Api = Literal["chat", "responses"]
Role = Literal["intent", "scene", "situation", "onlooker", "review", "action"]

# Faults by name; `faults.py` carries them out.
AGENT_FAULTS = (
    "hang", "drip", "reset", "half", "garbage", "500", "503", "429", "redirect", "wrong type", "gzip", "empty",
    "no json", "unknown label", "two verdicts", "prose", "fenced", "extra field", "missing field", "null",
    "401", "403", "404",
)  # fmt: skip
UPSTREAM_FAULTS = (
    "429", "500", "503", "401", "hang", "drip", "reset", "half", "garbage", "redirect", "wrong type", "gzip", "empty",
    "informational", "huge line", "no end",
)  # fmt: skip
# What an open deployment lets through, where a question of the proxy's own fails too (the table of `guard.failure`).
OUTAGES = frozenset({"reset", "half", "500", "503"})
# Odd, and read all the same: a reply is what its bytes say, and a finding is one in a code fence too.
READ = frozenset({"wrong type", "fenced"})
# Asking again would not help, so nobody is told to.
FINAL = frozenset({"401", "403", "404"})
VERDICTS: tuple[Verdict, ...] = ("safe", "unsafe", "unclear")
JUDGES: tuple[Role, ...] = ("intent", "scene", "situation", "onlooker")
WAITING = frozenset({"hang", "drip"})  # faults that end at a deadline


@dataclass(frozen=True)
class Plan:
    """One request's fate. `faulty` is the agent that suffers `agent_fault`; seconds are delays of the models.

    `mode` names the deployment. In `outage`, which is open too, the model that judges fails the proxy's own question.
    """

    id: str
    mode: Mode = "closed"
    streamed: bool = False
    picture: bool = False
    tools: bool = False
    verdict: Verdict = "safe"  # the situation agent's
    onlooker: Verdict = "safe"  # the verdict of the one who hears no words
    late_verdict: Verdict = "safe"  # on a proposed call, or on a written warning
    ill_intent: bool = False
    faulty: Role | None = None
    agent_fault: str | None = None
    upstream_fault: str | None = None
    judge_delay: float = 0.0
    answer_delay: float = 0.0
    leaves_after: float | None = None
    long: int = 0  # megabytes of a long answer
    api: Api = "chat"
    padding: int = 0  # more characters in the question

    @property
    def canary(self) -> str:
        """Stands in every piece of the model's own answer."""
        return f"canary-{self.id}"

    @property
    def warning(self) -> str:
        """Stands in every warning or guidance that the model writes."""
        return f"warning-{self.id}"

    @property
    def judged(self) -> bool:
        """Whether the agents come to a verdict."""
        return not self.is_faulty or self.faulty not in JUDGES

    @property
    def is_faulty(self) -> bool:
        """Whether an agent has no finding: its fault is not one that is read all the same."""
        known = self.agent_fault == "extra field" and self.faulty in {"intent", "scene"}  # findings without a verdict
        return self.agent_fault is not None and self.agent_fault not in READ and not known

    @property
    def is_outage(self) -> bool:
        """Whether an open deployment lets the failure through."""
        return self.mode == "outage" and self.agent_fault in OUTAGES

    @property
    def fails_open(self) -> bool:
        """Whether the answer goes out unjudged, because the deployment wants that."""
        return not self.judged and self.is_outage and not self.found_unsafe

    @property
    def found_unsafe(self) -> bool:
        """Whether something unsafe was said aloud before another agent failed: where it is not closed, that counts."""
        judged_beside = {"situation": self.onlooker, "onlooker": self.verdict}.get(self.faulty or "")
        return not self.judged and self.mode != "closed" and (self.ill_intent or judged_beside == "unsafe")

    @property
    def concluded(self) -> Verdict:
        """The verdict, where all agents were heard: what looks safe to one of the two alone is unclear."""
        return "unclear" if self.verdict == "safe" and self.onlooker != "safe" else self.verdict

    @property
    def waits(self) -> bool:
        """Whether it may end at a deadline."""
        return self.leaves_after is None and not WAITING.isdisjoint({self.agent_fault, self.upstream_fault})

    @property
    def releases(self) -> bool:
        """Whether the request's verdict lets the model's own answer out."""
        return self.fails_open or (self.judged and self.concluded == "safe")

    @property
    def late_faulty(self) -> bool:
        return self.is_faulty and self.faulty in {"review", "action"}

    @property
    def may_show_answer(self) -> bool:
        """Whether a byte of the model's own answer may be on the client's socket."""
        if not self.releases:
            return False
        return not self.tools or (self.late_verdict == "safe" and (not self.late_faulty or self.is_outage))

    @property
    def may_show_warning(self) -> bool:
        """Whether a written warning may be: it was judged, and nothing else was released in its place."""
        return (not self.late_faulty and self.late_verdict == "safe") or self.tools


def mixed(count: int, seed: int, mode: Mode) -> Iterator[Plan]:
    """Half streamed, a tenth with a fault of an agent, a tenth with one upstream, one in fifty leaves early."""
    dice = random.Random(seed)
    for _ in range(count):
        yield _drawn(dice, mode)


def on_responses(plans: Iterable[Plan], *, alternating: bool = False) -> Iterator[Plan]:
    """The same plans through the Responses API, or every other of them."""
    for turn, plan in enumerate(plans):
        yield plan if alternating and turn % 2 else replace(plan, api="responses")


def _drawn(dice: random.Random, mode: Mode) -> Plan:
    picture, tools = dice.random() < 0.3, dice.random() < 0.1
    faulty = fault = upstream = None
    if dice.random() < 0.1:
        faulty = dice.choice([role for role in JUDGES if picture or role != "scene"])
        fault = dice.choice(AGENT_FAULTS)
    if dice.random() < 0.1:
        upstream = dice.choice(UPSTREAM_FAULTS)
    leaves = dice.random() * 0.4 if dice.random() < 0.02 else None
    return Plan(
        id=new_id(dice),
        mode=mode,
        streamed=dice.random() < 0.5,
        picture=picture,
        tools=tools,
        verdict=dice.choices(VERDICTS, [6, 3, 1])[0],
        onlooker=dice.choices(VERDICTS, [8, 1, 1])[0],
        late_verdict=dice.choices(VERDICTS, [6, 2, 0])[0],
        faulty=faulty,
        agent_fault=fault,
        upstream_fault=upstream,
        judge_delay=dice.random() * 0.02,
        answer_delay=3.0 if leaves is not None else dice.random() * 0.02,
        leaves_after=leaves,
    )


def crossed(count: int, seed: int) -> Iterator[Plan]:
    """No faults, and delays that turn the order of replies upside down."""
    dice = random.Random(seed)
    for _ in range(count):
        yield Plan(
            new_id(dice),
            streamed=dice.random() < 0.5,
            picture=dice.random() < 0.5,
            verdict=dice.choice(["safe", "unsafe"]),
            judge_delay=dice.random() * 0.2,
            answer_delay=dice.random() * 0.2,
        )


def agent_cells(seed: int) -> Iterator[Plan]:
    """Every fault of every agent, streamed and not, in each mode; the late agents too."""
    dice = random.Random(seed)
    for mode in MODES:
        for streamed in (False, True):
            for fault in AGENT_FAULTS:
                for role in JUDGES:
                    yield Plan(new_id(dice), mode, streamed, picture=True, faulty=role, agent_fault=fault)
                yield Plan(new_id(dice), mode, streamed, verdict="unsafe", faulty="review", agent_fault=fault)
                yield Plan(new_id(dice), mode, streamed, tools=True, faulty="action", agent_fault=fault)
                # An ill intent was said aloud before the other agent failed: it wins in open mode too.
                yield Plan(
                    new_id(dice), mode, streamed, picture=True, ill_intent=True, faulty="scene", agent_fault=fault,
                    judge_delay=0.2,
                )  # fmt: skip
                # And so does an unsafe from the one of two judges that did not fail.
                yield Plan(
                    new_id(dice), mode, streamed, picture=True, verdict="unsafe", faulty="onlooker", agent_fault=fault
                )
                yield Plan(
                    new_id(dice), mode, streamed, picture=True, onlooker="unsafe", faulty="situation",
                    agent_fault=fault,
                )  # fmt: skip


def upstream_cells(seed: int) -> Iterator[Plan]:
    """Every fault of the model that answers, streamed and not, under each verdict."""
    dice = random.Random(seed)
    verdicts: tuple[Verdict, ...] = ("safe", "unsafe")
    for streamed in (False, True):
        for fault in UPSTREAM_FAULTS:
            for verdict in verdicts:
                yield Plan(new_id(dice), streamed=streamed, verdict=verdict, upstream_fault=fault)


def paced(count: int, seed: int, slack: int = 1) -> Iterator[Plan]:
    """No faults; models that take their time, so that it is they who limit how much can be served."""
    dice = random.Random(seed)
    for turn in range(count):
        yield Plan(
            new_id(dice),
            streamed=bool(turn % 2),
            verdict="unsafe" if turn % 4 == 3 else "safe",
            judge_delay=0.1 * slack,
            answer_delay=0.1 * slack,
        )


LEAVING = (0.01, 0.2, 0.5, 1.0, 1.3, 2.0)  # seconds: sent, judged by the first agents, by the last, answered, amid it


def leaving(count: int, seed: int) -> Iterator[Plan]:
    """Clients that leave at twelve stages: at six moments, streamed and not."""
    dice = random.Random(seed)
    for turn in range(count):
        moment = LEAVING[turn // 2 % len(LEAVING)]
        dripping = moment == LEAVING[-1]
        yield Plan(
            new_id(dice),
            streamed=bool(turn % 2),
            picture=dice.random() < 0.3,
            verdict="safe" if dripping else dice.choice(["safe", "unsafe"]),
            upstream_fault="drip" if dripping else None,
            judge_delay=0.4,
            answer_delay=0.0 if dripping else 3.0,
            leaves_after=moment,
        )


def new_id(dice: random.Random) -> str:
    return f"{dice.getrandbits(64):016x}"
