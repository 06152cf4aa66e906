"""A visit: one request, the deployment that it names, and who sent it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from agents.models.base import ModelRequest
from agents.models.openai_format import Envelope
from guard.guard import GuardedDeployment
from guard.verdict import Released
from service.audit.content_store import today
from service.audit.record import new_id
from service.gate.draft import Asked
from service.keys.key import ClientKey
from service.openai.chat import ChatRequest


@dataclass(frozen=True)
class Caller:
    """Who asks: the request's own id, the address it came from, and the key it came with where one is needed."""

    request_id: str
    peer: str
    key: ClientKey | None = None


@dataclass(frozen=True)
class Visit:
    """A request at the gate. `decision` is the id of the record that it will leave."""

    request: ChatRequest
    deployment: GuardedDeployment
    caller: Caller
    decision: str = field(default_factory=new_id)
    day: date = field(default_factory=today)

    @property
    def ungated(self) -> Released | None:
        """Why no verdict holds the answer back; None where one does."""
        config = self.deployment.config
        if config.unguarded:
            return Released.UNGUARDED
        return {"shadow": Released.SHADOW, "off": Released.OFF}.get(config.mode)

    @property
    def kept_until(self) -> date | None:
        """The day on which its content must be gone; None where the deployment keeps none."""
        setting = self.deployment.config.records
        return self.day + timedelta(days=setting.retention_days) if setting.content == "kept" else None

    @property
    def envelope(self) -> Envelope:
        """What the reply's bodies share: an id that leads to the record, and the name that the client asked for."""
        return Envelope(self.deployment.name, f"chatcmpl-{self.decision}")

    def draft_call(self) -> Asked | None:
        """What to ask the answering model beside the judgement; None if the method writes the reply itself."""
        asked = self.deployment.draft_request(self.request.conversation, self.request.model_options)
        if asked is None and self.ungated:
            return self.plain_call()
        return None if asked is None else self._call(asked)

    def plain_call(self) -> Asked:
        """The request as it is, for a reply that the method does not write after all."""
        return self._call(ModelRequest(self.request.conversation.messages, self.request.model_options))

    def _call(self, asked: ModelRequest) -> Asked:
        return Asked(self.deployment.model, asked, self.deployment.config.limits.answer_seconds)
