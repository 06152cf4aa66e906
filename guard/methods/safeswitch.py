"""safeswitch: a probe reads the model's hidden state, and an unsafe request is answered by a refusal head.

Source: SafeSwitch (Findings of EMNLP 2025, arXiv 2502.01042), made for text: a probe on the last token of the prompt
(k = 0) and a copy of the output layer tuned on refusals. In pictures that token does not know yet what the question
and the picture make together. So ours reads a pilot: the situation agent's question, whose reply names evidence first,
after k = 2 tokens. Which of the two it is, the probe's file says. It carries no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.agent import Brief
from agents.conversation import Conversation
from agents.errors import TrainedPartUnusable
from agents.models.base import Json, ModelRequest
from agents.models.trained_parts import Probe, RefusalHead, check_model, check_prompt, load_head, load_probe
from agents.models.white_box import WhiteBox
from agents.pilot import Pilot
from agents.writer import Writer
from guard.errors import MethodUnusable
from guard.methods.unjudged import unjudged
from guard.verdict import ReportsSoFar, Ruling


@dataclass(frozen=True)
class SafeSwitch:
    """Two calls in series: some tokens of a pilot, then the reply. Nothing is left over for the next request."""

    writer: Writer
    probe: Probe
    refusals: RefusalHead

    @property
    def digest(self) -> str:
        """The hash of both files' weights: part of what the deployment is known by."""
        return f"{self.probe.card.weights}{self.refusals.card.weights}"

    def draft(self, conversation: Conversation, options: Mapping[str, Json]) -> ModelRequest | None:
        return None

    def check(self, identity_of: Callable[[str], str]) -> None:
        """Refuse a probe or head of another checkpoint. Raises `MethodUnusable`."""
        identity = identity_of(self.writer.model.name)
        parts: Mapping[str, Probe | RefusalHead] = {"probe": self.probe, "head": self.refusals}
        for key, part in parts.items():
            try:
                check_model(part.file, part.card, identity)
            except TrainedPartUnusable as error:
                raise MethodUnusable("safeswitch", f"safeswitch.{key}", str(error)) from None

    async def rule(self, brief: Brief, so_far: ReportsSoFar) -> Ruling:
        card = self.probe.card
        pilot = Pilot(self.writer.model, self.writer.prompts, card.prompt)
        (state,) = await pilot.states(brief, [(card.layer, card.after_tokens)])
        head = self.refusals.head if self.probe.is_unsafe(state) else None
        return unjudged((), await self.writer.reply(brief.conversation.messages, brief, WhiteBox(head=head)))


def read_safeswitch(writer: Writer, probe: Path, head: Path) -> SafeSwitch:
    """The method with its files. Raises `MethodUnusable` where one cannot be read, or reads another prompt."""
    key = "probe"
    try:
        read = load_probe(probe)
        check_prompt(probe, read.card, writer.prompts.digests)
        if read.card.findings:
            raise TrainedPartUnusable(probe, "it reads a question that tells the agents' findings; a pilot has none")
        key = "head"
        return SafeSwitch(writer, read, load_head(head))
    except TrainedPartUnusable as error:
        raise MethodUnusable("safeswitch", f"safeswitch.{key}", str(error)) from None
