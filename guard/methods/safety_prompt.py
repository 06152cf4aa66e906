"""safety-prompt: a system prompt in front of the conversation (MM-SafetyBench, arXiv 2311.17600, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation, Message, TextPart
from agents.models.base import Json, ModelRequest
from agents.prompts import PromptSet
from guard.methods.raw import UNJUDGED
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class SafetyPrompt:
    """Carries no verdict: the model itself is asked to be careful."""

    prompts: PromptSet

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        system = Message("system", (TextPart(self.prompts["safety_prompt"].text),))
        return ModelRequest((system, *conversation.messages), options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED
