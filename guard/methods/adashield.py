"""adashield-s: a fixed text beside the question tells the model to look for harm first (AdaShield-S).

Source: AdaShield, ECCV 2024, arXiv 2403.09513. The paper prepends the text, its code appends it. Retrieved texts
(AdaShield-A) are not included. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from agents.agent import Brief
from agents.conversation import Conversation, Message, TextPart
from agents.models.base import Json, ModelRequest
from guard.methods.settings import Place
from guard.methods.unjudged import UNJUDGED
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class AdaShield:
    """Changes the text of the last user turn, and nothing else. Without a user turn, nothing is changed."""

    text: str
    place: Place = "append"

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(beside_question(conversation.messages, self.text, self.place), options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED


def beside_question(messages: tuple[Message, ...], text: str, place: Place) -> tuple[Message, ...]:
    """The turns with a text added to that of the last user turn. An empty text, or no user turn, changes nothing."""
    turns = [index for index, message in enumerate(messages) if message.role == "user"]
    if not turns or not text:
        return messages
    last = turns[-1]
    return (*messages[:last], _beside(messages[last], text, place), *messages[last + 1 :])


def _beside(turn: Message, text: str, place: Place) -> Message:
    texts = [(at, part.text) for at, part in enumerate(turn.parts) if isinstance(part, TextPart)]
    if not texts:
        return replace(turn, parts=(*turn.parts, TextPart(text)))
    at, own = texts[-1] if place == "append" else texts[0]
    both = (own, text) if place == "append" else (text, own)
    return replace(turn, parts=(*turn.parts[:at], TextPart("\n\n".join(both)), *turn.parts[at + 1 :]))
