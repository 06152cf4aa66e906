"""vcd: the answer is decoded against the same prompt with noise on its pictures (CVPR 2024, arXiv 2311.16922).

What the model would say without looking counts less. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.agent import Brief
from agents.conversation import Conversation
from agents.models.base import Json, ModelRequest
from agents.models.white_box import Contrast, WhiteBox
from guard.methods.settings import VcdConfig
from guard.methods.unjudged import UNJUDGED
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class VisualContrast:
    """One call, two rows of a batch. A request without pictures is answered as by `raw`."""

    settings: VcdConfig

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return ModelRequest(conversation.messages, options, WhiteBox(contrast=visual_contrast(self.settings)))

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        return UNJUDGED


def visual_contrast(settings: VcdConfig) -> Contrast:
    """The settings as the engine takes them."""
    return Contrast(settings.alpha, settings.beta, noise_step=settings.step)
