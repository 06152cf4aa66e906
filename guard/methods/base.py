"""What a method is: it may want a draft, and it rules on a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from agents.agent import Brief
from agents.conversation import Conversation
from agents.models.base import Json, ModelRequest
from guard.verdict import ReportsSoFar, Ruling


class Method(Protocol):
    """A whole way of guarding. `rule` raises what agents raise; whether that blocks is decided in `guard.guard`."""

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        """What the answering model is asked beside the judgement; None if the method writes the reply itself."""
        ...

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        """The verdict on a request, and the reply where the method writes it itself.

        Each report is added to `so_far` as it comes, so that they are known if a later call fails.
        """
        ...


def digest_of(method: Method) -> str:
    """The hash of what a method read from files of its own (a memory, a probe); empty where it has no `digest`."""
    return str(getattr(method, "digest", ""))
