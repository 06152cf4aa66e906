"""The writer asks the answering model again, with the reason: to warn the person, or to answer with care."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from agents.agent import Brief, build_question
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding
from agents.meter import complete
from agents.models.base import ChatModel, ModelRequest, Usage
from agents.prompts import PromptSet
from agents.reply_reader import MAX_REPLY
from agents.situation import situation_fields

WARNING_TOKENS = 400  # a warning that is read is short
GUIDANCE_TOKENS = 2000  # an answer with care is an answer


@dataclass(frozen=True)
class Written:
    """A text that a model wrote for the person, and what it cost."""

    text: str
    model: str
    usage: Usage = field(default_factory=Usage)
    milliseconds: float = 0.0


@dataclass(frozen=True)
class Writer:
    """Writes in the language of the question, as the prompts ask."""

    model: ChatModel
    prompts: PromptSet

    async def warn(self, brief: Brief, situation: SituationFinding) -> Written:
        """A warning in place of an answer."""
        return await self._write("warn", brief, situation, WARNING_TOKENS)

    async def guide(self, brief: Brief, situation: SituationFinding) -> Written:
        """An answer that leaves out what could do harm, and says what its safety depends on."""
        return await self._write("guide", brief, situation, GUIDANCE_TOKENS)

    async def answer(self, prompt: str, brief: Brief) -> Written:
        """A reply to the conversation under one of a published method's answer prompts."""
        return await self._write(prompt, brief, None, GUIDANCE_TOKENS)

    async def _write(self, prompt: str, brief: Brief, situation: SituationFinding | None, limit: int) -> Written:
        started = time.monotonic()
        values = {} if situation is None else situation_fields(situation)
        question = build_question(prompt, self.prompts, prompt, brief, values, pictures=True)
        request = ModelRequest((question.message,), {"temperature": 0, "max_tokens": limit})
        completion = await complete(self.model, request, brief.meters)
        if len(completion.text) > MAX_REPLY:
            raise ReplyUnreadable(prompt, self.model.name)
        spent = (time.monotonic() - started) * 1000
        return Written(completion.text.strip(), self.model.name, completion.usage, spent)
