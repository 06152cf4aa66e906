"""The writer asks the answering model again, with the reason: to warn the person, or to answer with care."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.agent import MORE_TOKENS, Brief, build_question
from agents.conversation import Message
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding
from agents.meter import complete
from agents.models.base import UNUSED, ChatModel, ModelRequest, Usage
from agents.models.white_box import PLAIN, WhiteBox
from agents.prompts import PromptSet
from agents.reply_reader import MAX_REPLY
from agents.situation import situation_fields

WARNING_TOKENS = 400  # a warning that is read is short
GUIDANCE_TOKENS = 2000  # an answer with care is an answer

logger = logging.getLogger(__name__)


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

    async def answer(
        self,
        prompt: str,
        brief: Brief,
        values: Mapping[str, str] | None = None,
        *,
        pictures: bool = True,
        limit: int = GUIDANCE_TOKENS,
    ) -> Written:
        """A text under one of a published method's own prompts, with or without sight of the pictures."""
        question = build_question(prompt, self.prompts, prompt, brief, values or {}, pictures=pictures)
        return await self._ask(prompt, (question.message,), brief, limit)

    async def reply(self, messages: tuple[Message, ...], brief: Brief, white_box: WhiteBox = PLAIN) -> Written:
        """The model's own reply to these turns, as it would be without a guard, or by another output head."""
        return await self._ask("reply", messages, brief, GUIDANCE_TOKENS, white_box)

    async def _write(self, prompt: str, brief: Brief, situation: SituationFinding, limit: int) -> Written:
        question = build_question(prompt, self.prompts, prompt, brief, situation_fields(situation), pictures=True)
        return await self._ask(prompt, (question.message,), brief, limit)

    async def _ask(
        self, what: str, messages: tuple[Message, ...], brief: Brief, limit: int, white_box: WhiteBox = PLAIN
    ) -> Written:
        """A model whose thinking has used the tokens up before a word is asked once more, with more of them."""
        started, usage, text = time.monotonic(), UNUSED, ""
        for tokens in (limit, limit * MORE_TOKENS):
            request = ModelRequest(messages, {"temperature": 0, "max_tokens": tokens}, white_box)
            completion = await complete(self.model, request, brief.meters)
            usage += completion.usage
            if len(completion.text) > MAX_REPLY:
                raise ReplyUnreadable(what, self.model.name)
            text = completion.text.strip()
            if text or completion.body["choices"][0].get("finish_reason") != "length":
                break
            logger.warning("%s: model %s wrote nothing, its %d tokens ran out", what, self.model.name, tokens)
        return Written(text, self.model.name, usage, (time.monotonic() - started) * 1000)
