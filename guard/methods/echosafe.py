"""echosafe: insights from earlier requests like this one stand in the prompt, and each answer may add another.

Source: EchoSafe, CVPR 2026, arXiv 2603.15800, by its description; its prompts, k and encoders were not to be had.
Ours: the memory is frozen unless the deployment says otherwise, since with live writing one client's words reach the
prompt of another. It carries no verdict.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agents.agent import NONCE_BYTES, Brief
from agents.beside import beside
from agents.conversation import Conversation, Message, TextPart
from agents.errors import AgentError
from agents.models.base import Json, ModelRequest
from agents.transcript import quote
from agents.writer import Writer, Written
from guard.methods.memory import MemoryStore, Remembered
from guard.methods.unjudged import unjudged
from guard.verdict import ReportsSoFar, Ruling

INSIGHT_TOKENS = 160  # a lesson of a sentence or two; what is longer is cut

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EchoSafe:
    """One call, and a second that reflects where the memory `writes`. An empty memory changes nothing in the first."""

    writer: Writer
    memory: MemoryStore
    writes: bool = False

    @property
    def digest(self) -> str:
        """The hash of a frozen memory: part of what the deployment is known by. A live one never stays the same."""
        return "" if self.writes else self.memory.digest

    def check(self, identity_of: Callable[[str], str]) -> None:
        """Nothing is refused: insights are words, which any model reads."""

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        key, insights = await beside(lambda: self._looked_up(brief.conversation))
        messages = brief.conversation.messages
        if insights:
            messages = (self._told(insights, brief), *messages)
        written = await self.writer.reply(messages, brief)
        if self.writes:
            await self._reflect(key, written, brief)
        return unjudged((), written)

    def _looked_up(self, conversation: Conversation) -> tuple[Remembered, tuple[str, ...]]:
        key = self.memory.key_of(conversation)
        return key, self.memory.recall(key)

    def _told(self, insights: tuple[str, ...], brief: Brief) -> Message:
        """The insights as a system turn. They may hold what a client said, so they are fenced like any other data."""
        nonce = brief.nonce or secrets.token_hex(NONCE_BYTES)
        lines = "\n".join(f"- {quote(insight)}" for insight in insights)
        text = self.writer.prompts["echosafe_recall"].fill({"nonce": nonce, "insights": lines})
        return Message("system", (TextPart(text),))

    async def _reflect(self, key: Remembered, written: Written, brief: Brief) -> None:
        """Remember what can be learned. Nothing is decided by it, so a reflection that fails is only not remembered."""
        values = {"reply": written.text}
        try:
            learned = await self.writer.answer("echosafe_reflect", brief, values, limit=INSIGHT_TOKENS)
            if insight := " ".join(learned.text.split()):
                await beside(lambda: self.memory.add(key, insight))
        except (AgentError, OSError) as error:
            logger.warning("echosafe remembers nothing of a request: %s", error)
