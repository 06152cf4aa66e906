"""What can go wrong below the guard. Errors carry data and are rendered once, at the edge.

AgentError               an agent has no finding
  ModelFailed            a model gave no reply (`kind` says how; `status`, `code` and `detail` are the endpoint's)
  ReplyUnreadable        an agent's model replied twice, and neither reply was in the form it was asked for
SecretUnusable           a key or secret header cannot be read or sent (`source` says where it stands)
CheckpointUnavailable    a local checkpoint cannot be loaded (`hint` says what to do about it)
TrainedPartUnusable      a probe or head cannot be read, or was made for another model or prompt (`reason` says which)
PictureRejected          a picture breaks a limit or is no picture (`where` in the request, `reason` for the client)
DecoderBusy              too many pictures wait for decoding; trying again later may help
TextUnreadable           a conversation holds more hidden characters than agents can be shown
PromptMissing            a prompt set lacks a prompt, or a prompt was filled without one of its fields
JsonRejected             bytes are not strict JSON (agents.strict_json)
  JsonTooLarge           or are longer than they may be (agents.strict_json)

Raised and caught within this package, each with the module that defines it:
FrameBroken              a decoder process breaks its protocol (agents.decoder_process)
NotPublic                a name has an address that is not public (agents.fetch)
ReplyMalformed           an endpoint's reply is not in OpenAI's shape (agents.models.reply_errors)
ReplyIsError             an endpoint reports an error in place of a reply (agents.models.reply_errors)
Unreadable               an agent's reply states no finding (agents.reply_reader)
EventTooLarge            a server-sent event is larger than its limit (agents.models.sse)
SchemaUnsupported        a schema that the local engine cannot constrain a reply by (agents.engine.structured_output)
"""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import clear_frames
from typing import Literal

FailureKind = Literal[
    "timeout",
    "connection",
    "status",
    "unauthorised",
    "refused",
    "overloaded",
    "malformed",
    "too_large",
    "cancelled",
    "internal",
]


RefusalCode = Literal["context_length_exceeded", "content_filter", "unsupported", "invalid_request_error"]
"""Why an endpoint refuses a request for what it is, as clients are told."""

Facts = dict[str, str | int | None]


CHECK = "check `base_url`, `model` and the key of this model in the configuration, and its account"


class AgentError(Exception):
    """An agent has no finding. `agent` names it once it is known who asked."""

    agent: str = ""

    @property
    def facts(self) -> Facts:
        """What an operator needs to know of it, for records. Holds nothing of a request."""
        return {"agent": self.agent or None}


class ModelFailed(AgentError):
    """A model gave no reply.

    A failure of the kind `refused` says in `refusal` why. `code` and `detail` are what its endpoint said: `detail` is
    shortened, without secrets and without anything that also stands in the request (`agents.models.shown_error`).
    Both are for operators, never for clients.
    """

    def __init__(
        self,
        model: str,
        kind: FailureKind,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        outage: bool = False,
        refusal: RefusalCode | None = None,
        code: str = "",
        detail: str = "",
    ) -> None:
        super().__init__(model, kind)
        self.model = model
        self.kind = kind
        self.status = status
        self.retry_after = retry_after
        self.refusal = refusal
        self.code = code
        self.detail = detail
        self.outage = outage  # whether a question of our own failed too, so that no client can have caused it

    @property
    def suggests_outage(self) -> bool:
        """Whether it looks like an outage, and may as well have been caused by the request."""
        return self.kind == "connection" or self.is_server_error

    def __str__(self) -> str:
        asked = f"agent {self.agent!r}: " if self.agent else ""
        status = f" {self.status}" if self.status else ""
        code = f" ({self.code or self.refusal})" if self.code or self.refusal else ""
        what = f"{asked}model {self.model!r} failed: {self.kind}{status}{code}" + (self.detail and f": {self.detail}")
        return f"{what} ({CHECK})" if self.is_misconfigured else what

    @property
    def is_misconfigured(self) -> bool:
        """Whether only an operator can mend it: the key, the model's name or the account is wrong."""
        return self.kind == "unauthorised"

    @property
    def is_server_error(self) -> bool:
        """Whether the endpoint answered with a status from 500 on."""
        return self.kind == "status" and (self.status or 0) >= 500

    @property
    def facts(self) -> Facts:
        said = {"status": self.status, "code": self.code or self.refusal, "message": self.detail or None}
        return {**super().facts, "model": self.model, "kind": self.kind, **said}


class ReplyUnreadable(AgentError):
    """A model replied twice, and neither reply fits the schema that was asked for. `reason` says why the second."""

    def __init__(self, agent: str, model: str, reason: str = "") -> None:
        super().__init__(agent, model)
        self.agent = agent
        self.model = model
        self.reason = reason

    def __str__(self) -> str:
        return f"agent {self.agent!r}: the reply of {self.model!r} cannot be read" + (
            self.reason and f": {self.reason}"
        )

    @property
    def facts(self) -> Facts:
        return {**super().facts, "model": self.model, "kind": "unreadable", "message": self.reason or None}


def forget_frames(error: BaseException) -> None:
    """Clear the variables of the frames that an error and those behind it went through. Its trace can still be told.

    The task that failed by it may stand in one of them. Then they hold each other, and what was asked and read stays in
    memory until the next collection.
    """
    behind: BaseException | None = error
    cleared: set[int] = set()
    while behind is not None and id(behind) not in cleared:  # an error may be raised again from one that it led to
        clear_frames(behind.__traceback__)
        cleared.add(id(behind))
        behind = behind.__cause__ or behind.__context__


def severity(error: BaseException | None) -> int:
    """The log level of a failure: an error where it will not pass by itself."""
    return logging.ERROR if isinstance(error, ModelFailed) and error.is_misconfigured else logging.WARNING


class SecretUnusable(Exception):
    """A secret cannot be read, or cannot be sent as it is. `source` is a variable or file; the secret is not shown."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source} {reason}")
        self.source = source
        self.reason = reason


class CheckpointUnavailable(Exception):
    """A local checkpoint cannot be loaded. `hint` tells an operator what is missing."""

    def __init__(self, checkpoint: str, hint: str) -> None:
        super().__init__(f"checkpoint {checkpoint!r} cannot be loaded: {hint}")
        self.checkpoint = checkpoint
        self.hint = hint


class TrainedPartUnusable(Exception):
    """A probe or an output head that cannot be used here. `reason` says what to change."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class PictureRejected(Exception):
    """A picture that is not let in. `reason` is written for the client and quotes nothing of the picture."""

    def __init__(self, reason: str, *, where: str = "image_url", too_large: bool = False) -> None:
        super().__init__(f"{where}: {reason}")
        self.reason = reason
        self.where = where
        self.too_large = too_large


class DecoderBusy(Exception):
    """The queue for decoding is full, or the wait in it was too long."""


class TextUnreadable(Exception):
    """A conversation holds more characters that nobody sees than agents can be shown."""


class PromptMissing(Exception):
    """A prompt set has no such prompt, or the prompt was filled without one of its fields."""
