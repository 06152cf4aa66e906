"""What a method is: it may want a draft, and it rules on a request. Some read files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

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


@runtime_checkable
class HasFiles(Protocol):
    """What a method has besides, if it reads files of its own: a memory, or parts that were trained for one model."""

    @property
    def digest(self) -> str:
        """The hash of what it read: part of what the deployment is known by. Empty where it read nothing."""
        ...

    def check(self, identity_of: Callable[[str], str]) -> None:
        """Refuse files that were made for another model, once the models have started. Raises `MethodUnusable`.

        `identity_of` tells what a model is by its name (`guard.identity`).
        """
        ...
