"""Replies in which something was not let through: a warning stands in place of the calls, or of all that was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any

from agents.models.base import JsonObject
from agents.models.openai_format import Envelope
from service.openai.said import without_calls

APART = "\n\n"  # between words that had gone out already and the warning


@dataclass(frozen=True)
class Replacement:
    """`text` stands in for the calls alone where `keeps_words`, else for the whole reply."""

    text: str
    keeps_words: bool
    refusal: bool = False

    def body(self, body: JsonObject) -> JsonObject:
        """A whole reply with the text in its place."""
        return {**body, "choices": [self._choice(choice) for choice in body["choices"]]}

    def _choice(self, choice: JsonObject) -> JsonObject:
        message = without_calls(choice["message"]) if self.keeps_words else {"role": "assistant", "content": None}
        told = {**message, **self._told(bool(message.get("content")), message.get("content") or "")}
        return {"index": choice.get("index", 0), "message": told, "logprobs": None, "finish_reason": "stop"}

    def _told(self, spoken: bool, before: str = "") -> JsonObject:
        if self.refusal:
            return {"refusal": self.text}
        return {"content": before + (APART if spoken else "") + self.text}

    def chunks(self, held: Sequence[JsonObject], envelope: Envelope, spoken: Set[int]) -> Iterator[JsonObject]:
        """The end of a stream whose chunks were held; `spoken` are the choices that have words, held or gone out."""
        if self.keeps_words:
            yield from _words_of(held)
        indexes = sorted({choice.get("index", 0) for body in held for choice in body.get("choices") or []})
        for index in indexes:
            told = self._told(self.keeps_words and index in spoken)
            yield _piece(envelope, index, {"role": "assistant", **told} if not self.keeps_words else told)
            yield _piece(envelope, index, {}, "stop")
        yield from (body for body in held if not body.get("choices"))


def _words_of(held: Sequence[JsonObject]) -> Iterator[JsonObject]:
    for body in held:
        choices = [_wordy(choice) for choice in body.get("choices") or []]
        if any(choice["delta"] for choice in choices):
            yield {**body, "choices": choices}


def _wordy(choice: dict[str, Any]) -> JsonObject:
    return {**choice, "delta": without_calls(choice.get("delta") or {}), "finish_reason": None}


def _piece(envelope: Envelope, index: int, delta: JsonObject, finish: str | None = None) -> JsonObject:
    body = envelope.chunk(delta, finish)
    body["choices"][0]["index"] = index
    return body
