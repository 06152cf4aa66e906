"""The visual agent looks at the pictures: the place, the things and their state, the people, the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from agents.agent import Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.findings import IntentFinding, NotApplicable, SceneFinding
from agents.models.base import ChatModel
from agents.prompts import PromptSet


@dataclass(frozen=True)
class VisualAgent:
    """Sees every picture and no text of the conversation, so a finding holds for any question about the pictures.

    Given an intent (`focus: true`), it also looks for what would decide (MSSBench's embodied pipeline, section 5).
    """

    name: ClassVar[str] = "visual"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"image"})
    model: ChatModel
    prompts: PromptSet

    async def assess(self, brief: Brief, intent: IntentFinding | None = None) -> Report[SceneFinding | NotApplicable]:
        if not brief.conversation.pictures:
            return Report(self.name, NotApplicable())
        prompt = "scene" if intent is None else "scene_focused"
        values = {} if intent is None else {"activity": intent.activity, "look_for": intent.look_for}
        question = build_question(self.name, self.prompts, prompt, brief, values, pictures=True, transcript=False)
        return await ask(self.model, question, SceneFinding, reask=self.prompts["reask"].text)
