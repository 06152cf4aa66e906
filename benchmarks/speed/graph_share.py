"""LangGraph's own share of a request: the compiled graph with agents that answer at once, and the same without a graph.

python -m benchmarks.speed.graph_share
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from agents.agent import Brief, Report
from agents.conversation import Conversation, Kind, user_message
from agents.findings import Finding, IntentFinding, NotApplicable, SituationFinding
from agents.models.base import ChatModel
from agents.models.scripted import ScriptedModel
from benchmarks.speed.bodies import QUESTION
from benchmarks.speed.replies import FINDINGS, SAFE
from guard.config import ActionsConfig
from guard.methods.situational import Situational
from guard.pipeline import AgentSet
from guard.policy import Findings, act, conclude

RUNS, BATCH = 30, 10  # batches, and runs in each
SEEN: Mapping[str, frozenset[Kind]] = {
    "intent": frozenset({"text"}),
    "visual": frozenset({"image"}),
    "situation": frozenset({"text", "image"}),
}


@dataclass(frozen=True)
class Share:
    """Milliseconds of CPU for one judgement: by the graph, and by the same agents called one after another."""

    graph: float
    plain: float

    @property
    def added(self) -> float:
        return self.graph - self.plain


@dataclass(frozen=True)
class Instant:
    """An agent that has its report ready."""

    name: str
    kinds: frozenset[Kind]
    report: Report[Finding]
    model: ChatModel = field(default_factory=lambda: ScriptedModel(()))

    async def assess(self, brief: Brief, *findings: Any, **named: Any) -> Report[Finding]:
        return self.report


def instant_agents(conversation: Conversation) -> dict[str, Any]:
    """The three agents of a question without pictures, which call it safe."""
    seen = frozenset(part.digest for part in conversation.parts)
    findings: Sequence[Finding] = (
        IntentFinding.model_validate(FINDINGS["IntentFinding"]),
        NotApplicable(),
        SituationFinding.model_validate(SAFE),
    )
    return {
        name: Instant(name, kinds, Report(name, finding, seen))
        for (name, kinds), finding in zip(SEEN.items(), findings, strict=True)
    }


async def measure(batches: int = RUNS) -> Share:
    """The medians of both, in turns."""
    conversation = Conversation((user_message(QUESTION),))
    agents = instant_agents(conversation)
    method = Situational(AgentSet(agents, ActionsConfig()))

    async def graph() -> object:
        return await method.rule(Brief(conversation), [])

    async def plain() -> object:
        brief = Brief(conversation)
        intent, visual = await asyncio.gather(agents["intent"].assess(brief), agents["visual"].assess(brief))
        situation = await agents["situation"].assess(brief)
        return act(conclude(Findings.of((intent, visual, situation)), frozenset()), ActionsConfig())

    times: dict[str, list[float]] = {"graph": [], "plain": []}
    for number in range(batches + 1):
        for name, run in (("graph", graph), ("plain", plain)):
            taken = await _cpu(run)
            if number:  # the first batch warms up
                times[name].append(taken)
    return Share(median(times["graph"]), median(times["plain"]))


async def _cpu(run: Callable[[], Awaitable[object]]) -> float:
    began = time.process_time()
    for _ in range(BATCH):
        await run()
    return 1000 * (time.process_time() - began) / BATCH


if __name__ == "__main__":
    share = asyncio.run(measure())
    print(f"graph {share.graph:.2f} ms, without {share.plain:.2f} ms: LangGraph adds {share.added:.2f} ms")  # noqa: T201
