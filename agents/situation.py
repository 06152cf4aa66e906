"""The situation agent combines intent, scene and pictures: is doing that safe there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from agents.agent import Brief, Report, ask, build_question
from agents.conversation import Kind
from agents.early_verdict import ask_early
from agents.findings import IntentFinding, SceneFinding, SituationFinding
from agents.models.base import ChatModel
from agents.models.trained_parts import Probe
from agents.models.white_box import Tap
from agents.models.white_boxed import WhiteBoxed
from agents.prompts import PromptSet

if TYPE_CHECKING:
    import torch

NOT_LOOKED_AT = "not looked at"
NO_PICTURE = "no picture"
PROBE = "probe"  # what `Brief.hold` is told where a probe is sure of unsafe
Reasoning = Literal["before", "after"]


@dataclass(frozen=True)
class SituationAgent:
    """Sees everything: conversation, pictures and what the others found (MSSBench, section 5: the safety judge).

    With `reasoning` after, a verdict is reported before its reason has come. A `probe` reads the model's hidden state
    on the way; it decides nothing.
    """

    name: ClassVar[str] = "situation"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"text", "image"})
    model: ChatModel
    prompts: PromptSet
    reasoning: Reasoning = "before"
    probe: Probe | None = None

    async def assess(
        self, brief: Brief, intent: IntentFinding | None, scene: SceneFinding | None
    ) -> Report[SituationFinding]:
        """Judge the request itself."""
        values = {**intent_fields(intent), "scene": scene_field(brief, scene)}
        if self.reasoning == "before":
            return await self._judge("situation", brief, values, self._tapped(brief))
        question = build_question(self.name, self.prompts, "situation", brief, values, pictures=True)
        return await ask_early(self._tapped(brief), question, reask=self.prompts["reask"].text)

    async def review_reply(self, brief: Brief, situation: SituationFinding, reply: str) -> Report[SituationFinding]:
        """Judge a reply that was written under a warning or guidance, before it goes out (law 6)."""
        return await self._judge("reply", brief, {**situation_fields(situation), "reply": reply})

    async def review_calls(
        self, brief: Brief, intent: IntentFinding | None, scene: SceneFinding | None, calls: str
    ) -> Report[SituationFinding]:
        """Judge proposed tool calls as actions, against the scene."""
        fields = {**intent_fields(intent), "scene": scene_field(brief, scene), "calls": calls}
        return await self._judge("action", brief, fields)

    async def _judge(
        self, prompt: str, brief: Brief, values: dict[str, str], model: ChatModel | None = None
    ) -> Report[SituationFinding]:
        question = build_question(self.name, self.prompts, prompt, brief, values, pictures=True)
        return await ask(model or self.model, question, SituationFinding, reask=self.prompts["reask"].text)

    def _tapped(self, brief: Brief) -> ChatModel:
        """The model; with a probe, one that has the answer held back where the probe is sure of unsafe."""
        probe = self.probe
        if probe is None:
            return self.model

        def receive(state: torch.Tensor) -> None:
            if probe.is_unsafe(state):
                brief.hold(PROBE)

        return WhiteBoxed(self.model, taps=(Tap(probe.card.layer, receive, probe.card.after_tokens),))


def intent_fields(intent: IntentFinding | None) -> dict[str, str]:
    """An intent finding as the fields of a prompt."""
    if intent is None:
        return {"activity": NOT_LOOKED_AT, "look_for": NOT_LOOKED_AT, "ill_intent": NOT_LOOKED_AT}
    return {
        "activity": intent.activity,
        "look_for": intent.look_for,
        "ill_intent": intent.ill_intent or "none",
    }


def situation_fields(situation: SituationFinding) -> dict[str, str]:
    """A situation finding as the fields of a prompt."""
    return {
        "evidence": situation.evidence,
        "category": situation.category or "none",
        "verdict": situation.verdict,
        "reason": situation.reason,
    }


def scene_field(brief: Brief, scene: SceneFinding | None) -> str:
    """What a prompt says about the scene, also where nobody looked or there is no picture."""
    if scene is not None:
        return describe(scene)
    return NOT_LOOKED_AT if brief.conversation.pictures else NO_PICTURE


def describe(scene: SceneFinding) -> str:
    """A scene finding as one line of a prompt."""
    return (
        f"{scene.place}; objects: {_listed(scene.objects)}; people: {_listed(scene.people)}; "
        f"text: {_listed(scene.text)}; hazards: {_listed(scene.hazards)}"
    )


def _listed(phrases: Sequence[str]) -> str:
    return ", ".join(phrases) or "none"
