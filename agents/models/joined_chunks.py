"""The chunks of a stream, put together into the completion that they are.

It knows nothing of networks: what the bytes are is read by `agents.models.sse` and `agents.models.reply_body`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from agents.models.base import Json, JsonObject

# Texts that a later piece repeats, and does not continue.
SAID_ONCE = frozenset({"id", "type", "finish_reason"})


def joined(chunks: Iterable[JsonObject]) -> JsonObject:
    """The whole `chat.completion`. Texts and lists go on from chunk to chunk; of all else the last counts."""
    head: JsonObject = {}
    choices: dict[int, list[JsonObject]] = {}
    for chunk in chunks:
        head |= {name: value for name, value in chunk.items() if value not in (None, {})}
        for choice in chunk.get("choices") or []:
            choices.setdefault(choice.get("index", 0), []).append(choice)
    whole = [_choice(index, choices[index]) for index in sorted(choices)]
    return {**head, "object": "chat.completion", "choices": whole}


def _choice(index: int, pieces: Sequence[JsonObject]) -> JsonObject:
    deltas = [piece.get("delta") or {} for piece in pieces]
    message = {"content": None, **_members(_without("tool_calls", deltas)), "role": "assistant"}
    if calls := _calls(chain.from_iterable(delta.get("tool_calls") or [] for delta in deltas)):
        message["tool_calls"] = calls
    return {"finish_reason": None, **_members(_without("delta", pieces)), "index": index, "message": message}


def _calls(pieces: Iterable[JsonObject]) -> list[JsonObject]:
    """The calls in their order. One that was cut off before its arguments came has empty ones."""
    calls: dict[int, list[JsonObject]] = {}
    for piece in pieces:
        calls.setdefault(piece.get("index", 0), []).append(piece)
    whole = [_members(_without("index", calls[index])) for index in sorted(calls)]
    for call in whole:
        if called := call.get("function"):
            called.setdefault("arguments", "")
    return whole


def _without(left_out: str, pieces: Iterable[JsonObject]) -> list[JsonObject]:
    return [{name: value for name, value in piece.items() if name != left_out} for piece in pieces]


def _members(pieces: Iterable[JsonObject]) -> JsonObject:
    """The members of an object that came in pieces."""
    values: dict[str, list[Json]] = {}
    for piece in pieces:
        for name, value in piece.items():
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: _member(name, each) for name, each in values.items()}


def _member(name: str, values: list[Json]) -> Json:
    # What is empty may be so in another type: a call's later pieces with a function of "", for example.
    told = [value for value in values if value]
    kinds = {type(value) for value in told}
    if name not in SAID_ONCE and kinds == {str}:
        return "".join(told)
    if kinds == {list}:
        return list(chain.from_iterable(told))
    return _members(told) if kinds == {dict} else values[-1]
