"""mss-embodied: the paper's embodied pipeline: which state matters, then a plan or a warning grounded in it.

Source: MSSBench, arXiv 2410.06172, section 5 and figure 6. Embodied polarity: Yes = there is an unsafe hint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief, ask, build_question
from agents.conversation import Conversation
from agents.models.base import ChatModel, Json, ModelRequest
from agents.prompts import PromptSet
from agents.writer import Written
from guard.methods.replies import EmbodiedAnswer, EmbodiedPoint, published_judgement
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class MssEmbodied:
    """Two calls in series; the answer carries its verdict and is held until that is read."""

    point_model: ChatModel
    answer_model: ChatModel
    prompts: PromptSet

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        reask = self.prompts["reask"].text
        question = build_question("point", self.prompts, "mss_embodied_point", brief, {}, pictures=False)
        point = await ask(self.point_model, question, EmbodiedPoint, reask=reask)
        so_far.append(point)
        values = {"point": point.finding.state}
        question = build_question("answer", self.prompts, "mss_embodied_answer", brief, values, pictures=True)
        answer = await ask(self.answer_model, question, EmbodiedAnswer, reask=reask)
        so_far.append(answer)
        judgement = published_judgement(answer.finding.verdict, answer.finding.reasoning)
        return Ruling(judgement, (point, answer), written=Written(answer.finding.response, answer.model))
