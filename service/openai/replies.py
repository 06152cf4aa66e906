"""Replies as chat completions: the model's own under our id, texts of ours, and replies of which a part is replaced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from service.openai.reply_content import without_calls

WORDS = re.compile(r"\s*\S+\s*")
BETWEEN = "\n\n"  # between words that have gone out already and the warning


def with_identity(body: JsonObject, envelope: Envelope) -> JsonObject:
    """A model's body as the client gets it: everything as it came, but the id, and the name that was asked for."""
    return {**body, "id": envelope.id, "model": envelope.model}


def requested_usage(chunk: JsonObject, *, include_usage: bool) -> JsonObject | None:
    """The chunk without usage that only the guard asked for; None where there is nothing else in it."""
    if include_usage or "usage" not in chunk:
        return chunk
    if chunk["usage"] is not None and not chunk.get("choices"):
        return None
    return {name: value for name, value in chunk.items() if name != "usage"}


def may_be_last(chunk: JsonObject) -> bool:
    """Whether a stream may end with this chunk."""
    choices = chunk.get("choices") or []
    return not choices or any(choice.get("finish_reason") is not None for choice in choices)


def finish_reason(body: JsonObject) -> str | None:
    """The first finish reason that a body or chunk states."""
    reasons = (choice.get("finish_reason") for choice in body.get("choices") or [])
    return next((str(reason) for reason in reasons if reason is not None), None)


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
            yield _chunk(envelope, index, {"role": "assistant", "content": None if self.refusal else ""})
            for words in WORDS.findall(self.text):
                yield _chunk(envelope, index, {self._field: words})
            yield _chunk(envelope, index, {}, "stop")
        if include_usage:
            yield envelope.accounts(self.usage)


@dataclass(frozen=True)
class Replacement:
    """A text in place of a reply's calls where `keeps_words`, else in place of the whole reply."""

    text: str
    keeps_words: bool
    refusal: bool = False

    def completion(self, body: JsonObject) -> JsonObject:
        """A whole reply with the text in its place."""
        return {**body, "choices": [self._choice(choice) for choice in body["choices"]]}

    def chunks(self, held: Sequence[JsonObject], envelope: Envelope, spoken: Set[int]) -> Iterator[JsonObject]:
        """The end of a stream whose chunks were held; `spoken` are the choices that have words, held or gone out."""
        if self.keeps_words:
            for body in held:
                choices = [
                    {**choice, "delta": without_calls(choice.get("delta") or {}), "finish_reason": None}
                    for choice in body.get("choices") or []
                ]
                if any(choice["delta"] for choice in choices):
                    yield {**body, "choices": choices}
        for index in sorted({choice.get("index", 0) for body in held for choice in body.get("choices") or []}):
            words = self._words(before="", follows=self.keeps_words and index in spoken)
            yield _chunk(envelope, index, words if self.keeps_words else {"role": "assistant", **words})
            yield _chunk(envelope, index, {}, "stop")
        yield from (body for body in held if not body.get("choices"))

    def _choice(self, choice: JsonObject) -> JsonObject:
        message = without_calls(choice["message"]) if self.keeps_words else {"role": "assistant", "content": None}
        before = message.get("content") or ""
        message = {**message, **self._words(before, follows=bool(before))}
        return {"index": choice.get("index", 0), "message": message, "logprobs": None, "finish_reason": "stop"}

    def _words(self, before: str, *, follows: bool) -> JsonObject:
        if self.refusal:
            return {"refusal": self.text}
        return {"content": before + (BETWEEN if follows else "") + self.text}


def _chunk(envelope: Envelope, index: int, delta: JsonObject, finish: str | None = None) -> JsonObject:
    body = envelope.chunk(delta, finish)
    body["choices"][0]["index"] = index
    return body
