"""The tally of a reply: what it cost and how it ended, counted while it goes out."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import usage_to_wire
from guard.verdict import Action, Composed, Released, Reports, Ruling
from service.audit.chain import ChainKey
from service.gate.audit_body import late_account, recorded
from service.gate.draft import Clock
from service.openai.replies import finish_reason
from service.openai.said import laid_open, said


@dataclass
class Tally:
    """Filled by a passage on the way."""

    began: float = field(default_factory=time.monotonic)
    usage: Usage = field(default_factory=Usage)
    finish: str | None = None
    draft: Clock | None = None
    composed: Composed | None = None
    late: list[Ruling] = field(default_factory=list)
    sent: list[JsonObject] = field(default_factory=list)  # only where the deployment keeps answers

    def replace(self, composed: Composed) -> None:
        """Count a text that stands in for what the model proposed."""
        self.composed = composed
        self.finish = "stop"

    def final(self, ruling: Ruling) -> Ruling:
        """The ruling that stands in the end: a late one that held back or could not be had, else the request's."""
        held_back = [late for late in self.late if late.judgement.action is not Action.RELEASE]
        unjudged = [late for late in self.late if late.released is Released.FAILED_OPEN]
        return next(iter(held_back + unjudged), ruling)

    def see(self, body: JsonObject) -> None:
        """Count a body or chunk of the model's."""
        self.usage += Usage.of(body)
        self.finish = finish_reason(body) or self.finish

    @property
    def milliseconds(self) -> float:
        """Since the request came to the gate."""
        return round((time.monotonic() - self.began) * 1000, 1)

    @property
    def reviews(self) -> Reports:
        """What was found of a text that stands in."""
        return self.composed.reports if self.composed else ()

    @property
    def answer(self) -> str | None:
        """What went out, as JSON text; None where that was not noted."""
        return laid_open(said(self.sent)) if self.sent else None

    def steps(self) -> JsonObject:
        """What the reply itself cost, beside the agents."""
        steps: JsonObject = {}
        if self.draft is not None:
            steps["draft"] = {"milliseconds": _rounded(self.draft.milliseconds), "usage": usage_to_wire(self.usage)}
        if self.composed is not None:
            written = self.composed.written
            steps["reply"] = {
                "fell_back": self.composed.fell_back,
                "model": written.model if written else None,
                "milliseconds": _rounded(written.milliseconds) if written else None,
                "usage": usage_to_wire(written.usage if written else Usage()),
            }
        return steps

    def outcome(self, cut_off: str | None, key: ChainKey) -> JsonObject:
        """The body of the `outcome` record."""
        answer = self.answer
        return {
            **self.steps(),
            "late": [late_account(ruling, key) for ruling in self.late],
            "reviews": [recorded(report, [], key) for report in self.reviews],
            "answer": key.keyed(answer) if answer is not None else None,
            "finish": self.finish,
            "cut_off": cut_off,
            "milliseconds": self.milliseconds,
        }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
