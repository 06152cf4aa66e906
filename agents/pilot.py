"""A pilot asks a local model for the first tokens of a reply, and reads the hidden states on the way.

The reply itself is thrown away: what a probe needs is there long before it ends. Training and serving ask alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from agents.agent import Brief, build_question
from agents.errors import ReplyUnreadable
from agents.findings import IntentFinding, SceneFinding, SituationFinding
from agents.meter import complete
from agents.models.base import ChatModel, ModelRequest
from agents.models.white_box import Tap, WhiteBox
from agents.prompts import PromptSet
from agents.schema import response_format
from agents.situation import intent_fields, scene_field

if TYPE_CHECKING:
    import torch

SITUATION = "situation"
CLIENT = ""  # the client's own prompt, as the model would answer it
PROMPTS = (SITUATION, CLIENT)

Place = tuple[int, int]
"""A layer, and after how many tokens of the reply."""


@dataclass(frozen=True)
class Pilot:
    """Asks the situation agent's question, or the client's own for an empty `prompt`."""

    model: ChatModel
    prompts: PromptSet
    prompt: str = SITUATION

    @property
    def prompt_digest(self) -> str:
        """The hash of the prompt's text; empty for the client's own."""
        return self.prompts[self.prompt].digest if self.prompt else ""

    async def states(
        self,
        brief: Brief,
        places: Sequence[Place],
        intent: IntentFinding | None = None,
        scene: SceneFinding | None = None,
    ) -> list[torch.Tensor]:
        """The hidden state at each place, float32 [width]. The findings are those that the question tells.

        Raises `ModelFailed`, and `ReplyUnreadable` where the reply ends before a place is reached.
        """
        found: dict[Place, torch.Tensor] = {}
        taps = tuple(Tap(layer, partial(found.__setitem__, (layer, after)), after) for layer, after in places)
        request = self._request(brief, intent, scene, max(after for _, after in places) + 1, WhiteBox(taps))
        await complete(self.model, request, brief.meters)
        if len(found) < len(set(places)):
            raise ReplyUnreadable("pilot", self.model.name, "the reply ended before the probe could read it")
        return [found[place] for place in places]

    def _request(
        self, brief: Brief, intent: IntentFinding | None, scene: SceneFinding | None, tokens: int, white_box: WhiteBox
    ) -> ModelRequest:
        options = {"temperature": 0, "max_tokens": tokens}
        if self.prompt == CLIENT:
            return ModelRequest(brief.conversation.messages, options, white_box)
        values = {**intent_fields(intent), "scene": scene_field(brief, scene)}
        question = build_question(SITUATION, self.prompts, self.prompt, brief, values, pictures=True)
        form = response_format(SituationFinding, marked=bool(question.mark))
        return ModelRequest((question.message,), {**options, "response_format": form}, white_box)
