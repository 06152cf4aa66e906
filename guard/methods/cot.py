"""cot: the paper's one-call baseline, in chat and in the household (MSSBench, arXiv 2410.06172, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agents.agent import Brief, Report, ask, build_question
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
        question = build_question("cot", self.prompts, f"cot_{self.profile}", brief, {}, pictures=True)
        reask = self.prompts["reask"].text
        report: Report[ChatSteps] | Report[EmbodiedSteps]
        if self.profile == "chat":
            report = await ask(self.model, question, ChatSteps, reask=reask)
            answer = report.finding.answer
        else:
            report = await ask(self.model, question, EmbodiedSteps, reask=reask)
            answer = report.finding.response
        so_far.append(report)
        judgement = published_judgement(report.finding.verdict, report.finding.reasoning)
        return Ruling(judgement, (report,), written=Written(answer, report.model))
