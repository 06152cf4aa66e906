"""sia: caption the picture, infer the intent from caption and question, then answer knowing both.

Source: SIA, arXiv 2507.16856. Ours: the words, five worked examples with two everyday ones, a typed intent, and
temperature 0 in place of 0.2. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief, ask, build_question
from agents.conversation import Conversation
from agents.findings import Finding, Sentence
from agents.models.base import Json, ModelRequest
from agents.situation import NO_PICTURE
from agents.writer import Writer
from guard.methods.unjudged import unjudged
from guard.verdict import ReportsSoFar, Ruling


class InferredIntent(Finding):
    """What the person most likely wants, with any risk in it; the reasons come first."""

    reasoning: Sentence
    intent: Sentence


@dataclass(frozen=True)
class Sia:
    """Three calls in series; the second sees no picture. Caption and intent are fenced as data in what follows."""

    writer: Writer

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        model, prompts = self.writer.model, self.writer.prompts
        caption = NO_PICTURE
        if brief.conversation.pictures:
            caption = (await self.writer.answer("sia_caption", brief)).text
        values = {"caption": caption}
        question = build_question("intent", prompts, "sia_intent", brief, values, pictures=False)
        inferred = await ask(model, question, InferredIntent, reask=prompts["reask"].text)
        so_far.append(inferred)
        values |= {"intent": inferred.finding.intent, "reasoning": inferred.finding.reasoning}
        return unjudged((inferred,), await self.writer.answer("sia_answer", brief, values))
