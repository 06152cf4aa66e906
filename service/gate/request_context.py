"""The context of one request: what was asked, of which deployment, by whom, and in which API's format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from agents.models.openai_format import Envelope
from guard.config import Price
from guard.guard import GuardedDeployment
from guard.verdict import Released
from service.audit.content_store import today
from service.audit.record import new_id
from service.keys.key import ClientKey
from service.openai.api_format import ApiFormat, CanonicalRequest


@dataclass(frozen=True)
class Caller:
    """Who asks: the request's own id, the address it came from, and the key it came with where one is needed."""

    request_id: str
    peer: str
    key: ClientKey | None = None

    @property
    def key_id(self) -> str | None:
        """The key's public id."""
        return None if self.key is None else self.key.id


@dataclass(frozen=True)
class RequestContext:
    """A request at the gate. `decision` is the id of the record that it will leave.

    `verdict_only` is for those who call their model themselves: they get the verdict and the findings, and no answer.
    `lot` is what the conversation drew (`service.gate.lot`), for a share of shadow mode that is enforced.
    """

    request: CanonicalRequest
    deployment: GuardedDeployment
    caller: Caller
    api: ApiFormat
    verdict_only: bool = False
    prices: Mapping[str, Price] = field(default_factory=dict)  # by model, of the configuration that it began with
    lot: float = 0.0
    decision: str = field(default_factory=new_id)
    day: date = field(default_factory=today)

    @property
    def ungated(self) -> Released | None:
        """Why no verdict holds the answer back; None where one does."""
        config = self.deployment.config
        if config.unguarded:
            return Released.UNGUARDED
        if config.mode == "off":
            return Released.OFF
        # Where the verdict itself is what was asked for, shadow mode has one to tell.
        in_shadow = config.mode == "shadow" and self.lot >= config.enforce / 100
        return Released.SHADOW if in_shadow and not self.verdict_only else None

    @property
    def judges_whole_reply(self) -> bool:
        """Whether nothing of the reply goes out before all of it was judged."""
        return self.ungated is None and self.deployment.config.judge_reply == "all"

    @property
    def looks_for_calls(self) -> bool:
        """Whether words of the reply that look like a call are judged as one."""
        return self.ungated is None and self.deployment.config.judge_reply == "calls-in-text"

    @property
    def kept_until(self) -> date | None:
        """The day on which its content must be gone; None where the deployment keeps none."""
        setting = self.deployment.config.records
        return self.day + timedelta(days=setting.retention_days) if setting.content == "kept" else None

    @property
    def envelope(self) -> Envelope:
        """What the reply's bodies share: an id that leads to the record, and the name that the client asked for."""
        return Envelope(self.deployment.name, self.api.reply_id(self.decision))
