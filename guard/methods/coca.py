"""coca: constitutional calibration (COLM 2024, arXiv 2409.11365).

A safety principle shifts each token's score; the shift is made larger. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation, Message, TextPart
from agents.models.base import Json, ModelRequest
from agents.models.white_box import Contrast, WhiteBox
from agents.prompts import PromptSet
from guard.methods.adashield import beside_question
from guard.methods.settings import CocaConfig
from guard.methods.unjudged import UNJUDGED
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class ConstitutionalCalibration:
    """One call, two rows of a batch: with the principle, and without it.

    With an alpha of 0 it is `safety-prompt`, with -1 or an empty principle `raw`.
    """

    settings: CocaConfig
    prompts: PromptSet

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        settings, messages = self.settings, conversation.messages
        contrast = Contrast(settings.alpha, settings.beta, messages)
        return ModelRequest(self._with_principle(messages), options, WhiteBox(contrast=contrast))

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED

    def _with_principle(self, messages: tuple[Message, ...]) -> tuple[Message, ...]:
        principle = self.settings.principle
        if principle is None:
            principle = self.prompts["safety_prompt"].text
        if not principle:
            return messages
        if self.settings.place == "system":
            return (Message("system", (TextPart(principle),)), *messages)
        return beside_question(messages, principle, "prepend")
