"""The intent agent reads the conversation: what is the person about to do now, and what decides whether it is safe?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agents.agent import Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.findings import IntentFinding
from agents.models.base import ChatModel
from agents.prompts import PromptSet


@dataclass(frozen=True)
class IntentAgent:
    """Sees every text part and no picture (MSSBench, section 5: the intent reasoning agent)."""

    name: ClassVar[str] = "intent"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"text"})
    model: ChatModel
    prompts: PromptSet

    async def assess(self, brief: Brief) -> Report[IntentFinding]:
        question = build_question(self.name, self.prompts, "intent", brief, {}, pictures=False)
        return await ask(self.model, question, IntentFinding, reask=self.prompts["reask"].text)
