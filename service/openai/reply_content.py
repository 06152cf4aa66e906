"""What a reply says, whole or in chunks: its words, its reasoning and the calls it proposes, as text to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.models.base import JsonObject

# Fields of a message or delta that hold words, under any name in use.
WORDS = ("reasoning_content", "reasoning", "content", "refusal")


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
        for name in WORDS:
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
