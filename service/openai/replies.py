"""Replies as chat completions: what they say, how they go out under our id, and texts of ours in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope

WORDS = re.compile(r"\S+\s*|\s+")  # no space is tried twice
BETWEEN = "\n\n"  # between words that have gone out already and the warning
# Fields of a message or delta that hold words, under any name in use.
WORD_FIELDS = ("reasoning_content", "reasoning", "content", "refusal")


@dataclass
class ProposedCall:
    """A proposed call, put together from its pieces."""

    name: str = ""
    arguments: str = ""

    def add(self, piece: JsonObject) -> None:
        called = piece.get("function") or piece.get("custom") or {}
        self.name += called.get("name") or ""
        self.arguments += called.get("arguments") or called.get("input") or ""

    def __str__(self) -> str:
        return f"{self.name}({self.arguments})"


@dataclass
class ReplyContent:
    """One choice of a reply."""

    words: dict[str, str] = field(default_factory=dict)
    calls: dict[int, ProposedCall] = field(default_factory=dict)

    def add(self, message: JsonObject) -> None:
        """Take in a message or a delta."""
        for name in WORD_FIELDS:
            if isinstance(message.get(name), str):
                self.words[name] = self.words.get(name, "") + message[name]
        for place, piece in enumerate(message.get("tool_calls") or []):
            self.calls.setdefault(piece.get("index", place), ProposedCall()).add(piece)
        if message.get("function_call"):
            self.calls.setdefault(-1, ProposedCall()).add({"function": message["function_call"]})


def reply_content(bodies: Iterable[JsonObject]) -> list[ReplyContent]:
    """What each choice says, in a whole body or in all chunks of a stream."""
    choices: dict[int, ReplyContent] = {}
    for body in bodies:
        for choice in body.get("choices") or []:
            message = choice.get("message") or choice.get("delta") or {}
            choices.setdefault(choice.get("index", 0), ReplyContent()).add(message)
    return [choices[index] for index in sorted(choices)]


def as_json(choices: Iterable[ReplyContent]) -> str:
    """All that each choice says, as JSON text."""
    content = [{**choice.words, "calls": [str(call) for call in choice.calls.values()]} for choice in choices]
    return orjson.dumps(content).decode()


def all_calls(choices: Iterable[ReplyContent]) -> str:
    """Every proposed call on a line of its own; empty where there is none."""
    return "\n".join(str(call) for choice in choices for call in choice.calls.values())


def all_words(choices: Iterable[ReplyContent]) -> str:
    """Every word of a reply, its reasoning included."""
    return "\n".join(text for choice in choices for text in choice.words.values() if text)


def proposes_calls(chunk: JsonObject) -> bool:
    """Whether a chunk has a piece of a call."""
    deltas = ((choice.get("delta") or {}) for choice in chunk.get("choices") or [])
    return any(delta.get("tool_calls") or delta.get("function_call") for delta in deltas)


def without_calls(message: dict[str, Any]) -> JsonObject:
    """A message or delta without the calls in it."""
    return {name: value for name, value in message.items() if name not in {"tool_calls", "function_call"}}


def speaking(chunk: JsonObject) -> Iterator[int]:
    """The choices that say something in this chunk."""
    for choice in chunk.get("choices") or []:
        if (choice.get("delta") or {}).get("content"):
            yield choice.get("index", 0)


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
