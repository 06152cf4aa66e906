"""The onlooker sees what the person is about to do and where, and hears none of their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agents.agent import Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.findings import IntentFinding, OnlookerFinding, SceneFinding
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.situation import intent_fields, scene_field


@dataclass(frozen=True)
class OnlookerAgent:
    """Judges beside the situation agent, from the pictures and the findings alone: no words can talk it round."""

    name: ClassVar[str] = "onlooker"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"image"})
    model: ChatModel
    prompts: PromptSet

    async def assess(
        self, brief: Brief, intent: IntentFinding | None, scene: SceneFinding | None
    ) -> Report[OnlookerFinding]:
        values = {**intent_fields(intent), "scene": scene_field(brief, scene)}
        question = build_question(self.name, self.prompts, "onlooker", brief, values, pictures=True, transcript=False)
        return await ask(self.model, question, OnlookerFinding, reask=self.prompts["reask"].text)
