"""mss-chat: the paper's chat pipeline as described: intent, judge(image + intent), answer under a chosen prompt.

Source: MSSBench, arXiv 2410.06172, section 5 and figure 5. Here the intent is really passed on, and the chosen
prompt really used. The paper's third answer prompt is for a judgement that is neither Yes nor No. A typed judgement is
always one of the two, and one that cannot be read fails closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief, ask, build_question
from agents.conversation import Conversation
from agents.findings import Verdict
from agents.models.base import ChatModel, Json, ModelRequest
from agents.prompts import PromptSet
from agents.writer import Writer
from guard.methods.replies import ChatIntent, ChatJudgement, published_judgement
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class MssChat:
    """Three calls in series."""

    intent_model: ChatModel
    judge_model: ChatModel
    writer: Writer
    prompts: PromptSet

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        reask = self.prompts["reask"].text
        question = build_question("intent", self.prompts, "mss_chat_intent", brief, {}, pictures=True)
        intent = await ask(self.intent_model, question, ChatIntent, reask=reask)
        so_far.append(intent)
        values = {"activity": intent.finding.activity}
        question = build_question(
            "judge", self.prompts, "mss_chat_judge", brief, values, pictures=True, transcript=False
        )
        judged = await ask(self.judge_model, question, ChatJudgement, reask=reask)
        so_far.append(judged)
        safe = judged.finding.verdict is Verdict.SAFE
        written = await self.writer.answer("mss_chat_answer_safe" if safe else "mss_chat_answer_unsafe", brief)
        judgement = published_judgement(judged.finding.verdict, judged.finding.reasoning)
        return Ruling(judgement, (intent, judged), written=written)
