"""sia: caption the picture, infer the intent from caption and question, then answer knowing both.

Source: SIA, arXiv 2507.16856. Ours: the words, five worked examples with two everyday ones, and temperature 0 in place
of 0.2. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation
from agents.models.base import Json, ModelRequest
from agents.situation import NO_PICTURE
from agents.writer import Writer
from guard.methods.unjudged import unjudged
from guard.verdict import ReportsSoFar, Ruling

NOTE_TOKENS = 1024  # of caption and intent, as in the paper's code


@dataclass(frozen=True)
class Sia:
    """Three calls in series; the second sees no picture. Caption and intent are fenced as data in what follows."""

    writer: Writer

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        values = {"caption": NO_PICTURE}
        if brief.conversation.pictures:
            values["caption"] = (await self.writer.answer("sia_caption", brief, limit=NOTE_TOKENS)).text
        intent = await self.writer.answer("sia_intent", brief, values, pictures=False, limit=NOTE_TOKENS)
        return unjudged((), await self.writer.answer("sia_answer", brief, {**values, "intent": intent.text}))
