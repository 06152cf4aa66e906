"""cot: the paper's one-call baseline, in chat and in the household (MSSBench, arXiv 2410.06172, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agents.agent import Brief, ask, build_question
from agents.conversation import Conversation
from agents.models.base import ChatModel, Json, ModelRequest
from agents.prompts import PromptSet
from agents.writer import Written
from guard.methods.replies import ChatSteps, EmbodiedSteps, published_judgement
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class ChainOfThought:
    """One call that reasons, judges and answers; the answer is held until the verdict in it is read."""

    model: ChatModel
    prompts: PromptSet
    profile: Literal["chat", "embodied"] = "chat"

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return await (self._chat(brief, so_far) if self.profile == "chat" else self._embodied(brief, so_far))

    async def _chat(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        question = build_question("cot", self.prompts, "cot_chat", brief, {}, pictures=True)
        report = await ask(self.model, question, ChatSteps, reask=self.prompts["reask"].text)
        so_far.append(report)
        steps = report.finding
        judgement = published_judgement(steps.verdict, steps.reasoning)
        return Ruling(judgement, (report,), written=Written(steps.answer, report.model))

    async def _embodied(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        question = build_question("cot", self.prompts, "cot_embodied", brief, {}, pictures=True)
        report = await ask(self.model, question, EmbodiedSteps, reask=self.prompts["reask"].text)
        so_far.append(report)
        steps = report.finding
        judgement = published_judgement(steps.verdict, steps.reasoning)
        return Ruling(judgement, (report,), written=Written(steps.response, report.model))
