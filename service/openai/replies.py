"""Replies as chat completions: what they say, how they go out under our id, and texts of ours in their place."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

import orjson

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from service.openai.reply_fields import (
    BODY,
    CHOICE,
    MESSAGE,
    WORD_FIELDS,
    Fields,
    build,
    logprob_words,
    unlisted,
    words_of,
)

WORDS = re.compile(r"\S+\s*|\s+")  # no space is tried twice
FILTERED = "The host of the model withheld this answer: its content filter was triggered."
BETWEEN = "\n\n"  # between words that have gone out already and the warning


@dataclass
class ProposedCall:
    """A proposed call, put together from its pieces."""

    name: list[str] = field(default_factory=list)
    arguments: list[str] = field(default_factory=list)

    def add(self, piece: JsonObject) -> None:
        called = piece.get("function") or {}
        self.name.append(called.get("name") or "")
        self.arguments.append(called.get("arguments") or "")

    def __str__(self) -> str:
        return f"{''.join(self.name)}({''.join(self.arguments)})"


class ReplyContent:
    """What one choice of a reply says. Pieces are joined once, when they are asked for: adding one takes no time."""

    def __init__(self) -> None:
        self.calls: dict[int, ProposedCall] = {}
        self._words: dict[str, list[str]] = {}
        self._unlisted: dict[str, list[str]] = {}

    @property
    def words(self) -> dict[str, str]:
        """By field: the choice's words, its reasoning, and the tokens that are named with their probabilities."""
        return {name: "".join(pieces) for name, pieces in self._words.items()}

    @property
    def unlisted(self) -> dict[str, str]:
        """The text of fields that have no row in the table."""
        return {name: "".join(pieces) for name, pieces in self._unlisted.items()}

    def add(self, choice: JsonObject) -> None:
        """Take in a choice of a completion or of a chunk."""
        message = choice.get("message") or choice.get("delta") or {}
        for name in WORD_FIELDS:
            if words := words_of(message.get(name)):
                self._words.setdefault(name, []).append(words)
        for place, piece in enumerate(message.get("tool_calls") or []):
            self.calls.setdefault(piece.get("index", place), ProposedCall()).add(piece)
        self.add_unlisted(message, MESSAGE)
        self.add_unlisted(choice, CHOICE)
        if choice.get("logprobs"):
            self._words.setdefault("logprobs", []).extend(logprob_words(choice["logprobs"]))

    def add_unlisted(self, members: JsonObject, fields: Fields) -> None:
        """Take in what has no row among the fields."""
        for name, text in unlisted(members, fields).items():
            self._unlisted.setdefault(name, []).append(text)


class ReplyContents:
    """What a reply says, choice by choice, taken in body by body."""

    def __init__(self, bodies: Iterable[JsonObject] = ()) -> None:
        self._choices: dict[int, ReplyContent] = {}
        self._outside = ReplyContent()
        for body in bodies:
            self.add(body)

    def add(self, body: JsonObject) -> None:
        """Take in a completion or a chunk."""
        for choice in body.get("choices") or []:
            self._choices.setdefault(choice.get("index", 0), ReplyContent()).add(choice)
        self._outside.add_unlisted(body, BODY)

    @property
    def choices(self) -> list[ReplyContent]:
        """In order; last, what stands outside of choices, where there is anything."""
        inside = [self._choices[index] for index in sorted(self._choices)]
        return [*inside, self._outside] if self._outside.unlisted else inside

    @property
    def calls(self) -> str:
        """Every proposed call on a line of its own; empty where there is none."""
        return "\n".join(str(call) for choice in self.choices for call in choice.calls.values())

    @property
    def words(self) -> str:
        """Every word of the reply, its reasoning included; what is said twice, in two forms of reasoning, once."""
        each = (dict.fromkeys((*choice.words.values(), *choice.unlisted.values())) for choice in self.choices)
        return "\n".join(text for texts in each for text in texts if text)

    @property
    def said(self) -> str:
        """What is said in words, without the tokens that are named beside them."""
        texts = (choice.words.get(name, "") for choice in self.choices for name in WORD_FIELDS)
        return "\n".join(text for text in texts if text)

    @property
    def unlisted_words(self) -> str:
        """The words of fields that no row of the table lets out unjudged."""
        return "\n".join(text for choice in self.choices for text in choice.unlisted.values() if text)

    @property
    def json(self) -> str:
        """All that each choice says, as JSON text."""
        content = [
            {**choice.words, **choice.unlisted, "calls": [str(call) for call in choice.calls.values()]}
            for choice in self.choices
        ]
        return orjson.dumps(content).decode()


def has_unlisted(body: JsonObject) -> bool:
    """Whether a body or chunk has fields that go out only once they were judged."""
    return bool(ReplyContents([body]).unlisted_words)


def proposes_calls(chunk: JsonObject) -> bool:
    """Whether a chunk has a piece of a call."""
    return any((choice.get("delta") or {}).get("tool_calls") for choice in chunk.get("choices") or [])


def only_words(message: JsonObject) -> JsonObject:
    """A message or delta without its calls, and without fields that were only to go out once they were judged."""
    return {name: value for name, value in message.items() if name == "role" or name in WORD_FIELDS}


def speaking(chunk: JsonObject) -> Iterator[int]:
    """The choices that say something in this chunk."""
    for choice in chunk.get("choices") or []:
        if (choice.get("delta") or {}).get("content"):
            yield choice.get("index", 0)


def show_filter(body: JsonObject, spoken: Set[int], *, parsed: bool) -> JsonObject:
    """The body or chunk with a refusal where the host's content filter held an answer back.

    Such an answer often has no word in it, and clients would show nothing. `spoken` are the choices of which words have
    gone out. As `OwnText` does, a stream that a program parses gets no content.
    """
    if all(choice.get("finish_reason") != "content_filter" for choice in body["choices"]):
        return body
    part = "delta" if str(body.get("object")).endswith("chunk") else "message"
    choices = []
    for choice in body["choices"]:
        said = choice[part]
        if choice.get("finish_reason") == "content_filter":
            text = said.get("refusal") or FILTERED
            is_silent = not said.get("content") and choice.get("index", 0) not in spoken
            shown = {"content": text} if is_silent and not (parsed and part == "delta") else {}
            said = {**said, "refusal": text, **shown}
        choices.append({**choice, part: said})
    return {**body, "choices": choices}


async def usage_last(chunks: AsyncIterator[JsonObject]) -> AsyncIterator[JsonObject]:
    """A stream with its usage as OpenAI has it: once, in a last chunk without choices.

    Some endpoints state it in every chunk, as far as it has come, and clients add up what they get.
    """
    accounts: JsonObject | None = None
    async for chunk in chunks:
        usage, choices = chunk.get("usage"), chunk.get("choices")
        if usage is None:
            yield chunk
            continue
        if choices:
            yield {**chunk, "usage": None}
        if usage:
            accounts = {"choices": [], "usage": usage} if choices else chunk
    if accounts is not None:
        yield accounts


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
    for choice in body.get("choices") or []:
        if (reason := choice.get("finish_reason")) is not None:
            return str(reason)
    return None


@dataclass(frozen=True)
class OwnText:
    """A text of ours in place of the model's answer.

    As a `refusal`, a program that waits for JSON or a call sees what it is. It has the text as its content too, for
    clients that show nothing else (docs/clients.md); but where a stream is `parsed` as JSON, most clients would take
    such content for what they parse.
    """

    text: str
    usage: Usage
    refusal: bool = False
    choices: int = 1
    parsed: bool = False
    finish: str = "stop"

    def completion(self, envelope: Envelope) -> JsonObject:
        """The whole reply, the same in every choice that was asked for."""
        message = {"role": "assistant", "content": self.text, "refusal": self.text if self.refusal else None}
        body = envelope.completion("", self.usage)
        body["choices"] = [
            {"index": index, "message": message, "logprobs": None, "finish_reason": self.finish}
            for index in range(self.choices)
        ]
        return body

    def chunks(self, envelope: Envelope, *, include_usage: bool) -> Iterator[JsonObject]:
        """The reply in pieces of a word each; usage in a last chunk where it was asked for."""
        for index in range(self.choices):
            begins_empty = None if self.refusal and self.parsed else ""
            yield _chunk(envelope, index, {"role": "assistant", "content": begins_empty})
            # In both fields it comes in one piece: some clients show one after the other.
            pieces = [self.text] if self.refusal and not self.parsed else WORDS.findall(self.text)
            for words in pieces:
                yield _chunk(envelope, index, _streamed(words, refusal=self.refusal, parsed=self.parsed))
            yield _chunk(envelope, index, {}, self.finish)
        if include_usage:
            yield envelope.accounts(self.usage)


@dataclass(frozen=True)
class Replacement:
    """A text in place of a reply's calls where `keeps_words`, else in place of the whole reply."""

    text: str
    keeps_words: bool
    refusal: bool = False
    parsed: bool = False
    finish: str = "stop"

    def completion(self, body: JsonObject) -> JsonObject:
        """A whole reply with the text in its place."""
        return {**build(body, BODY), **_ours(body), "choices": [self._choice(choice) for choice in body["choices"]]}

    def chunks(self, held: Sequence[JsonObject], envelope: Envelope, spoken: Set[int]) -> Iterator[JsonObject]:
        """The end of a stream whose chunks were held; `spoken` are the choices whose words are before the text: gone
        out, or held and kept.
        """
        if self.keeps_words:
            for body in held:
                choices = [
                    {**build(choice, CHOICE), "delta": only_words(choice.get("delta") or {}), "finish_reason": None}
                    for choice in body.get("choices") or []
                ]
                if any(choice["delta"] for choice in choices):
                    yield {**build(body, BODY), **_ours(body), "choices": choices}
        for index in sorted({choice.get("index", 0) for body in held for choice in body.get("choices") or []}):
            between = BETWEEN if index in spoken else ""
            words = _streamed(self.text, between, refusal=self.refusal, parsed=self.parsed)
            begins = not self.keeps_words and index not in spoken
            yield _chunk(envelope, index, {"role": "assistant", **words} if begins else words)
            yield _chunk(envelope, index, {}, self.finish)
        yield from ({**build(body, BODY), **_ours(body), "choices": []} for body in held if not body.get("choices"))

    def _choice(self, choice: JsonObject) -> JsonObject:
        message = only_words(choice["message"]) if self.keeps_words else {"role": "assistant"}
        before = message.get("content")
        message["content"] = f"{before}{BETWEEN}{self.text}" if before else self.text
        if self.refusal:
            message["refusal"] = self.text
        return {"index": choice.get("index", 0), "message": message, "logprobs": None, "finish_reason": self.finish}


def _streamed(words: str, between: str = "", *, refusal: bool, parsed: bool) -> JsonObject:
    """A delta with words of ours, in the form that the fewest clients lose."""
    content = {} if refusal and parsed else {"content": between + words}
    return {**content, **({"refusal": words} if refusal else {})}


def _chunk(envelope: Envelope, index: int, delta: JsonObject, finish: str | None = None) -> JsonObject:
    body = envelope.chunk(delta, finish)
    body["choices"][0]["index"] = index
    return body


def _ours(body: JsonObject) -> JsonObject:
    return {name: body[name] for name in ("id", "object", "model")}
