"""Replies: the model's own bodies under our id and the deployment's name, and bodies of our own for warnings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope

WORDS = re.compile(r"\s*\S+\s*")


@dataclass(frozen=True)
class OwnText:
    """A text of ours in place of the model's answer. As a `refusal`, a client that parses replies sees what it is."""

    text: str
    usage: Usage
    refusal: bool = False
    choices: int = 1

    @property
    def _field(self) -> str:
        return "refusal" if self.refusal else "content"

    def completion(self, envelope: Envelope) -> JsonObject:
        """The whole reply, the same in every choice that was asked for."""
        message = {"role": "assistant", "content": None, "refusal": None, self._field: self.text}
        body = envelope.completion("", self.usage)
        body["choices"] = [
            {"index": index, "message": message, "logprobs": None, "finish_reason": "stop"}
            for index in range(self.choices)
        ]
        return body

    def chunks(self, envelope: Envelope, *, include_usage: bool) -> Iterator[JsonObject]:
        """The reply in pieces of a word each; usage in a last chunk where it was asked for."""
        for index in range(self.choices):
            yield _piece(envelope, index, {"role": "assistant", "content": None if self.refusal else ""})
            for words in WORDS.findall(self.text):
                yield _piece(envelope, index, {self._field: words})
            yield _piece(envelope, index, {}, "stop")
        if include_usage:
            yield envelope.accounts(self.usage)


def _piece(envelope: Envelope, index: int, delta: JsonObject, finish: str | None = None) -> JsonObject:
    body = envelope.chunk(delta, finish)
    body["choices"][0]["index"] = index
    return body


def dressed(body: JsonObject, envelope: Envelope) -> JsonObject:
    """A model's body as the client gets it: everything as it came, but the id, and the name it asked for."""
    return {**body, "id": envelope.id, "model": envelope.model}


def dressed_chunk(body: JsonObject, envelope: Envelope, *, include_usage: bool) -> JsonObject | None:
    """A model's chunk as the client gets it; None for the accounts that only the guard asked for."""
    chunk = dressed(body, envelope)
    if not include_usage and "usage" in chunk:
        if chunk["usage"] is not None and not chunk.get("choices"):
            return None
        del chunk["usage"]
    return chunk


def may_be_last(body: JsonObject) -> bool:
    """Whether a stream may end with this chunk: the guard's word goes into the last one."""
    choices = body.get("choices") or []
    return not choices or any(choice.get("finish_reason") is not None for choice in choices)


def finish_reason(body: JsonObject) -> str | None:
    """The first finish reason that a body or chunk states."""
    reasons = (choice.get("finish_reason") for choice in body.get("choices") or [])
    return next((str(reason) for reason in reasons if reason is not None), None)


def with_guard(body: JsonObject, word: JsonObject | None) -> JsonObject:
    """The body with the guard's word about it, where the deployment has it say one."""
    return body if word is None else {**body, "guard": word}
