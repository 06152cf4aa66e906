"""ecso: the model answers, tells whether its answer is harmful, and if so answers again without seeing the picture.

Source: ECSO, ECCV 2024, arXiv 2403.09572. It judges the *answer*: helpful words in an unsafe place look harmless. Ours:
the prompts' words, a typed judgement in place of "yes", and temperature 0 in place of 0.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief, ask, build_question
from agents.conversation import Conversation
from agents.findings import Finding, Verdict
from agents.models.base import Json, ModelRequest
from agents.situation import NO_PICTURE
from agents.writer import Writer
from guard.methods.replies import published_judgement
from guard.verdict import ReportsSoFar, Ruling

TOLD_OF = 1927  # characters of its answer that the model is shown, as in the paper's code


class AnswerHarm(Finding):
    """Whether the model finds its own answer harmful, unsafe or unethical."""

    harmful: bool


@dataclass(frozen=True)
class Ecso:
    """Two calls in series, or four where the answer was found harmful. The judgement is the verdict."""

    writer: Writer

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        model, prompts = self.writer.model, self.writer.prompts
        answer = await self.writer.reply(brief.conversation.messages, brief)
        values = {"reply": answer.text[:TOLD_OF]}
        question = build_question("tell", prompts, "ecso_tell", brief, values, pictures=True)
        told = await ask(model, question, AnswerHarm, reask=prompts["reask"].text)
        so_far.append(told)
        if not told.finding.harmful:
            return Ruling(published_judgement(Verdict.SAFE, ""), (told,), written=answer)
        caption = NO_PICTURE
        if brief.conversation.pictures:
            caption = (await self.writer.answer("ecso_caption", brief)).text
        again = await self.writer.answer("ecso_answer", brief, {"caption": caption}, pictures=False)
        judgement = published_judgement(Verdict.UNSAFE, "the model found its own answer harmful")
        return Ruling(judgement, (told,), written=again)
