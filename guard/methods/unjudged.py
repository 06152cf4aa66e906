"""raw and safety-prompt: methods that carry no verdict. Their deployments must say `unguarded: true`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agents.agent import Brief
from agents.conversation import Conversation, Message, TextPart
from agents.models.base import Json, ModelRequest
from agents.prompts import PromptSet
from agents.writer import Written
from guard.verdict import Action, Judgement, Released, Reports, ReportsSoFar, Ruling

UNJUDGED = Ruling(Judgement(None, Action.RELEASE), released=Released.UNGUARDED)


def unjudged(reports: Reports, written: Written) -> Ruling:
    """The ruling of a method that writes the reply itself and carries no verdict on it."""
    return replace(UNJUDGED, reports=reports, written=written)


@dataclass(frozen=True)
class Raw:
    """No guard: the answer goes out as it is."""

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(conversation.messages, options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED


@dataclass(frozen=True)
class SafetyPrompt:
    """A system prompt asks the model to be careful (MM-SafetyBench, arXiv 2311.17600, section 5)."""

    prompts: PromptSet

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        system = Message("system", (TextPart(self.prompts["safety_prompt"].text),))
        return ModelRequest((system, *conversation.messages), options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED
