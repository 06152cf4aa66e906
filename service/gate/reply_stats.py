"""What became of a reply: its draft, the text that stands in for it, what was judged of it, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass

from agents.agent import Report
from agents.findings import Finding
from agents.models.base import JsonObject, Usage
from agents.models.openai_format import usage_to_wire
from guard.verdict import Action, Composed, Released, Ruling
from service.gate.draft import Draft
from service.openai.replies import ReplyContents


@dataclass(frozen=True)
class ReplyStats:
    """Folded from what the steps of an exchange returned. `sent` is there only where content is kept.

    `own_finish` is the finish reason of a text of ours; None where the model's answer went out. `heard_out` is the
    request's ruling with the reason that came after its verdict, where it did.
    """

    draft: Draft | None = None
    composed: Composed | None = None
    late: tuple[Ruling, ...] = ()
    sent: ReplyContents | None = None
    own_finish: str | None = None
    heard_out: Ruling | None = None

    @property
    def finish(self) -> str | None:
        """The reply's finish reason; None where no reply went out, or not to its end."""
        if self.own_finish is not None:
            return self.own_finish
        return self.draft.finish if self.draft is not None else None

    @property
    def reviews(self) -> tuple[Report[Finding], ...]:
        """What was found of a text that stands in."""
        return self.composed.reports if self.composed else ()

    @property
    def answer(self) -> str | None:
        """What went out, as JSON text; None where that was not kept."""
        return self.sent.json if self.sent is not None and self.sent.choices else None

    def final(self, ruling: Ruling) -> Ruling:
        """The ruling that stands in the end: one on the reply that held back or failed open, else the request's."""
        held_back = [late for late in self.late if late.judgement.action is not Action.RELEASE]
        unjudged = [late for late in self.late if late.released is Released.FAILED_OPEN]
        return next(iter(held_back + unjudged), ruling)

    def steps(self) -> JsonObject:
        """What the reply itself cost, beside the agents."""
        steps: JsonObject = {}
        if self.draft is not None:
            usage = usage_to_wire(self.draft.usage)
            steps["draft"] = {"milliseconds": _rounded(self.draft.milliseconds), "usage": usage}
        if self.composed is not None:
            written = self.composed.written
            steps["reply"] = {
                "fell_back": self.composed.fell_back,
                "model": written.model if written else None,
                "milliseconds": _rounded(written.milliseconds) if written else None,
                "usage": usage_to_wire(written.usage if written else Usage()),
                **({"begun_early": True} if self.composed.begun_early else {}),
            }
        return steps


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
