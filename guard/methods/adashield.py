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
        messages = list(conversation.messages)
        turns = [index for index, message in enumerate(messages) if message.role == "user"]
        if turns and self.text:
            messages[turns[-1]] = self._shielded(messages[turns[-1]])
        return ModelRequest(tuple(messages), options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED

    def _shielded(self, turn: Message) -> Message:
        texts = [(at, part.text) for at, part in enumerate(turn.parts) if isinstance(part, TextPart)]
        if not texts:
            return replace(turn, parts=(*turn.parts, TextPart(self.text)))
        at, own = texts[-1] if self.place == "append" else texts[0]
        both = (own, self.text) if self.place == "append" else (self.text, own)
        return replace(turn, parts=(*turn.parts[:at], TextPart("\n\n".join(both)), *turn.parts[at + 1 :]))
