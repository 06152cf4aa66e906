"""What a model's host wants back and nobody can read: encrypted reasoning, signatures, and long ids of calls.

A value that this deployment let out (`service.gate.let_out`) may come back as it is. Any other is words like all that a
client sends, and agents read it.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from itertools import groupby

import orjson

from agents.conversation import Message, Reasoning
from agents.models.base import Json, JsonObject
from agents.strict_json import parse_object
from service.openai.reply_fields import REASONING, build, words_of

PLAIN_ID = 64  # characters; the ids of most endpoints have 24 to 40. Words, or a signature, could hide in longer ones


def canonical(value: Json) -> str:
    """The one JSON text of a value, whatever the order of its members."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def read_reasoning(fields: JsonObject) -> Reasoning | None:
    """The reasoning that a client sends back, as far as it is in the form in which it goes out; None without any.

    Beside calls an empty one counts: Kimi refuses calls without reasoning.
    """
    keeps_empty = bool(fields.get("tool_calls"))
    kept = {name: value for name, value in build(fields, REASONING).items() if value or (keeps_empty and value == "")}
    if not kept:
        return None
    words = "\n".join(dict.fromkeys(text for text in map(words_of, kept.values()) if text))
    return Reasoning(words, orjson.dumps(kept).decode())


def sealed(reasoning: Reasoning) -> str:
    """The reasoning as one text in base64: the Responses API's `encrypted_content`."""
    return urlsafe_b64encode(reasoning.fields.encode()).decode()


def unsealed(text: str) -> Reasoning | None:
    """The reasoning in such a text, a client's word like any other; None where the text is another server's."""
    try:
        return read_reasoning(parse_object(b64decode(text, altchars=b"-_", validate=True)))
    except ValueError:  # not base64, or not JSON
        return None


def whole_details(pieces: Iterable[JsonObject]) -> list[JsonObject]:
    """Reasoning's details as they were before a stream took them apart: texts of the same index belong together."""

    def place(piece: JsonObject) -> object:
        apart = piece.get("index") is None or piece.get("data") is not None
        return object() if apart else (piece["type"], piece["index"])

    whole: list[JsonObject] = []
    for _, group in groupby(pieces, place):
        same = list(group)
        told = {name: value for piece in same for name, value in piece.items() if value is not None}
        for name in told.keys() & {"text", "summary"}:
            told[name] = "".join(piece.get(name) or "" for piece in same)
        whole.append(told)
    return whole


def together(one: Reasoning, other: Reasoning) -> Reasoning:
    """The reasoning of one turn in two pieces."""
    fields = orjson.loads(one.fields)
    for name, value in orjson.loads(other.fields).items():
        between = "\n" if isinstance(value, str) else []
        fields[name] = fields[name] + between + value if name in fields else value
    return Reasoning("\n".join(filter(None, (one.words, other.words))), orjson.dumps(fields).decode())


def opaque_in_turns(messages: Iterable[Message]) -> Iterator[str]:
    """Every opaque value of the turns that a client sends."""
    for message in messages:
        for call in message.tool_calls:
            yield from _long(call.id)
            if call.signature is not None:
                yield call.signature
        yield from _long(message.tool_call_id)
        if message.reasoning is not None:
            yield from _in_details(orjson.loads(message.reasoning.fields).get("reasoning_details"))


def opaque_in_body(body: JsonObject) -> Iterator[str]:
    """Every opaque value of a completion or of a chunk, as it goes out."""
    for choice in body.get("choices") or []:
        said = choice.get("message") or choice.get("delta") or {}
        for call in said.get("tool_calls") or []:
            yield from _long(call.get("id"))
            if call.get("extra_content"):
                yield canonical(call["extra_content"])
        yield from _in_details(said.get("reasoning_details"))


def _in_details(details: list[JsonObject] | None) -> Iterator[str]:
    for detail in details or []:
        yield from _long(detail.get("id"))
        yield from filter(None, (detail.get("data"), detail.get("signature")))


def _long(identity: str | None) -> Iterator[str]:
    if identity is not None and len(identity) > PLAIN_ID:
        yield identity
