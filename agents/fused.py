"""One call in place of three: intent, scene and situation in one reply, the same findings in the same order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from agents.agent import Agent, Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.findings import Finding, FusedFinding, FusedTextFinding, NotApplicable
from agents.intent import IntentAgent
from agents.models.base import ChatModel, Usage
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent

JOINED = (IntentAgent.name, VisualAgent.name, SituationAgent.name)  # the agents in whose place it reports


@dataclass(frozen=True)
class FusedAgent:
    """Sees everything. It saves two calls, and gives up that nobody judges words and pictures apart from each other."""

    name: ClassVar[str] = "fused"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"text", "image"})
    model: ChatModel
    prompts: PromptSet

    async def assess(self, brief: Brief) -> Report[FusedFinding | FusedTextFinding]:
        reply_as = FusedFinding if brief.conversation.pictures else FusedTextFinding
        question = build_question(self.name, self.prompts, "fused", brief, {}, pictures=True)
        question = replace(question, max_tokens=sum(brief.tokens.of(name) for name in JOINED))
        return await ask(self.model, question, reply_as, reask=self.prompts["reask"].text)


def apart(brief: Brief, fused: Report[FusedFinding | FusedTextFinding]) -> tuple[Report[Finding], ...]:
    """The three findings, each as its own agent would report it. What the call cost stands with the last."""
    found, kinds = fused.finding, {part.digest: part.kind for part in brief.conversation.parts}
    findings: tuple[tuple[type[Agent], Finding], ...] = (
        (IntentAgent, found.intent),
        (VisualAgent, found.scene or NotApplicable()),
        (SituationAgent, found.situation),
    )
    *first, last = (
        replace(
            fused.told_as(finding),
            agent=agent.name,
            seen=frozenset(digest for digest in fused.seen if kinds.get(digest) in agent.kinds),
        )
        for agent, finding in findings
    )
    return (*(replace(each, usage=Usage(), milliseconds=0.0, asks=0) for each in first), last)
