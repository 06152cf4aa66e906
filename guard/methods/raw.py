"""raw: no guard. The answer goes out as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation
from agents.models.base import Json, ModelRequest
from guard.verdict import Action, Judgement, Released, ReportsSoFar, Ruling

UNJUDGED = Ruling(Judgement(None, Action.RELEASE), released=Released.UNGUARDED)


@dataclass(frozen=True)
class Raw:
    """Carries no verdict."""

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(conversation.messages, options)

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED
