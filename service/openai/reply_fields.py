"""Every field of a reply, a row each. What goes out is built from this table, field by field (design law 6).

A field is written by us, judged as words or as an action, bounded as data, or dropped. A value that is not in the form
of its row is dropped like a field that has no row. `docs/conformance.md` shows the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

import orjson

from agents.models.base import Json, JsonObject
from agents.models.openai_format import ID, Envelope

NUMBERS = (int, float)  # by their very types: a bool is an int to `isinstance`
MAX_COUNT = 2**53  # the largest whole number that every JSON parser reads alike
MAX_CHOICES = 128  # that OpenAI's API knows
SIGNATURE = re.compile(r"[\w+/=-]{1,262144}", re.ASCII)  # base64; encrypted reasoning has up to 100,000 characters
SIGNER = re.compile(r"[a-z_]{1,32}")
FINGERPRINT = re.compile(r"[\w.:-]{1,64}", re.ASCII)
TIERS = frozenset({"auto", "default", "flex", "priority", "scale"})
DETAIL_TYPES = ("reasoning.text", "reasoning.summary", "reasoning.encrypted")  # as OpenRouter documents them
DETAIL_FORMAT = re.compile(r"[a-z0-9.-]{1,32}")  # whose: anthropic-claude-v1, for example
FINISH_REASONS = frozenset({"stop", "length", "tool_calls", "content_filter"})

ABSENT: Final = object()
"""What a check returns in place of a value that may not go out."""

Check = Callable[[Any], Any]


class ReplyFate(StrEnum):
    """What becomes of a field of a reply."""

    OURS = "ours"  # written here, whatever the model sent
    WORDS = "words"  # on the request's verdict; under `judge_reply: all`, once they were judged
    ACTION = "action"  # once it was judged, in every mode that judges
    BOUNDED = "bounded"  # data of a fixed form
    DROPPED = "dropped"


@dataclass(frozen=True)
class ReplyField:
    """A row. `check` gives the value to send, or `ABSENT`."""

    fate: ReplyFate
    check: Check = field(default=lambda _: ABSENT)


NEVER_SENT = frozenset({ReplyFate.DROPPED, ReplyFate.OURS})  # of what a model sent, null too
Fields = Mapping[str, ReplyField]


def build(members: JsonObject, fields: Fields, *, keep_unknown: bool = False) -> JsonObject:
    """The members that may go out, null too where its field has a row. `keep_unknown` keeps those that have none."""
    built: JsonObject = {}
    for name, value in members.items():
        row = fields.get(name)
        if row is None:
            if keep_unknown and value is not None:
                built[name] = value
        elif value is None:
            if row.fate not in NEVER_SENT:
                built[name] = None
        elif (checked := row.check(value)) is not ABSENT:
            built[name] = checked
    return built


def _text(value: Json) -> Json:
    return value if isinstance(value, str) else ABSENT


def _matching(pattern: re.Pattern[str]) -> Check:
    return lambda value: value if isinstance(value, str) and pattern.fullmatch(value) else ABSENT


def _one_of(*allowed: str) -> Check:
    return lambda value: value if isinstance(value, str) and value in allowed else ABSENT


def _count(value: Json) -> Json:
    """A whole number; endpoints also send 12.0."""
    return int(value) if type(value) in NUMBERS and 0 <= value <= MAX_COUNT else ABSENT


def _number(value: Json) -> Json:
    return value if type(value) in NUMBERS else ABSENT


def _object(fields: Fields) -> Check:
    return lambda value: build(value, fields) if isinstance(value, dict) else ABSENT


def _tokens(fields: Fields) -> Check:
    """Tokens with their probabilities. Their bytes go out only where they say what the token's text says."""

    def check(value: Json) -> Json:
        if not isinstance(value, list):
            return ABSENT
        tokens = [build(item, fields) for item in value if isinstance(item, dict)]
        for token in tokens:
            if token.get("bytes") not in (None, list(str(token.get("token")).encode())):
                del token["bytes"]
        return tokens

    return check


def _finish_reason(value: Json) -> Json:
    """Endpoints have reasons of their own for having come to the end; an empty one is none."""
    if not isinstance(value, str):
        return ABSENT
    return (value if value in FINISH_REASONS else "stop") if value else None


def is_signature(value: Json, depth: int = 3) -> bool:
    """Whether a value is what hosts sign calls with (Gemini's `extra_content`): base64 under a name or two."""
    if isinstance(value, str):
        return bool(SIGNATURE.fullmatch(value))
    return (
        isinstance(value, dict)
        and depth > 0
        and len(value) <= 4
        and all(SIGNER.fullmatch(name) and is_signature(member, depth - 1) for name, member in value.items())
    )


def _details(value: Json) -> Json:
    """Reasoning in pieces (OpenRouter's `reasoning_details`); one of a kind that nobody knows is left out."""
    if not isinstance(value, list):
        return ABSENT
    pieces = [build(item, DETAIL) for item in value if isinstance(item, dict)]
    return [piece for piece in pieces if piece.get("type")] or ABSENT


def words_of(value: Json) -> str:
    """What can be read in the value of a field of words: text, or reasoning in pieces, which streams break up."""
    if not isinstance(value, list):
        return value or ""
    parts = groupby(value, key=lambda piece: (piece["type"], piece.get("index")))
    texts = ("".join((piece.get("text") or "") + (piece.get("summary") or "") for piece in same) for _, same in parts)
    return "\n".join(text for text in texts if text)


def _calls(value: Json) -> Json:
    """Function calls in their one strict form; a call of another kind was never asked for."""
    if not isinstance(value, list):
        return ABSENT
    calls = [build(call, CALL) for call in value if isinstance(call, dict) and call.get("type") in (None, "function")]
    return [call for call in calls if call.get("function")] or ABSENT


def _only_empty(value: Json) -> Json:
    return value if value == [] else ABSENT


_COUNT = ReplyField(ReplyFate.BOUNDED, _count)
_PROMPT_DETAILS = ("cached_tokens", "audio_tokens", "text_tokens", "image_tokens", "cache_write_tokens")
_COMPLETION_DETAILS = (
    *("reasoning_tokens", "audio_tokens", "text_tokens", "image_tokens"),
    *("accepted_prediction_tokens", "rejected_prediction_tokens"),
)

USAGE: Fields = {
    **dict.fromkeys(("prompt_tokens", "completion_tokens", "total_tokens"), _COUNT),
    "prompt_tokens_details": ReplyField(ReplyFate.BOUNDED, _object(dict.fromkeys(_PROMPT_DETAILS, _COUNT))),
    "completion_tokens_details": ReplyField(ReplyFate.BOUNDED, _object(dict.fromkeys(_COMPLETION_DETAILS, _COUNT))),
}

_TOKEN = {
    "token": ReplyField(ReplyFate.WORDS, _text),
    "logprob": ReplyField(ReplyFate.BOUNDED, _number),
    "bytes": ReplyField(ReplyFate.BOUNDED, lambda value: value),
}
LOGPROBS: Fields = {
    name: ReplyField(ReplyFate.WORDS, _tokens({**_TOKEN, "top_logprobs": ReplyField(ReplyFate.WORDS, _tokens(_TOKEN))}))
    for name in ("content", "refusal")
}

CALL: Fields = {
    "index": ReplyField(ReplyFate.BOUNDED, _count),
    "id": ReplyField(ReplyFate.BOUNDED, _matching(ID)),
    "type": ReplyField(ReplyFate.BOUNDED, _one_of("function")),
    "extra_content": ReplyField(ReplyFate.BOUNDED, lambda value: value if is_signature(value) else ABSENT),
    "function": ReplyField(
        ReplyFate.ACTION,
        _object({name: ReplyField(ReplyFate.ACTION, _text) for name in ("name", "arguments")}),
    ),
}

_OPAQUE = ReplyField(ReplyFate.BOUNDED, _matching(SIGNATURE))
DETAIL: Fields = {
    "type": ReplyField(ReplyFate.BOUNDED, _one_of(*DETAIL_TYPES)),
    "text": ReplyField(ReplyFate.WORDS, _text),
    "summary": ReplyField(ReplyFate.WORDS, _text),
    "data": _OPAQUE,
    "signature": _OPAQUE,
    "id": ReplyField(ReplyFate.BOUNDED, _matching(ID)),
    "format": ReplyField(ReplyFate.BOUNDED, _matching(DETAIL_FORMAT)),
    "index": ReplyField(ReplyFate.BOUNDED, _count),
}

# What hosts want back of a model's reasoning. The same rows say what of it may go out and what may come back.
REASONING: Fields = {
    "reasoning_content": ReplyField(ReplyFate.WORDS, _text),
    "reasoning": ReplyField(ReplyFate.WORDS, _text),
    "reasoning_details": ReplyField(ReplyFate.WORDS, _details),
}

MESSAGE: Fields = {
    "role": ReplyField(ReplyFate.BOUNDED, _one_of("assistant")),
    **REASONING,
    "content": ReplyField(ReplyFate.WORDS, _text),
    "refusal": ReplyField(ReplyFate.WORDS, _text),
    "tool_calls": ReplyField(ReplyFate.ACTION, _calls),
    "annotations": ReplyField(ReplyFate.BOUNDED, _only_empty),
    "function_call": ReplyField(ReplyFate.DROPPED),
    "audio": ReplyField(ReplyFate.DROPPED),
}
WORD_FIELDS = tuple(name for name, row in MESSAGE.items() if row.fate is ReplyFate.WORDS)

CHOICE: Fields = {
    "index": ReplyField(ReplyFate.BOUNDED, _count),
    "message": ReplyField(ReplyFate.WORDS),
    "delta": ReplyField(ReplyFate.WORDS),
    "finish_reason": ReplyField(ReplyFate.BOUNDED, _finish_reason),
    "logprobs": ReplyField(ReplyFate.WORDS, _object(LOGPROBS)),
}

BODY: Fields = {
    "id": ReplyField(ReplyFate.OURS),
    "object": ReplyField(ReplyFate.OURS),
    "model": ReplyField(ReplyFate.OURS),
    "guard": ReplyField(ReplyFate.OURS),
    "created": ReplyField(ReplyFate.BOUNDED, _count),
    "choices": ReplyField(ReplyFate.WORDS),
    "usage": ReplyField(ReplyFate.BOUNDED, _object(USAGE)),
    "service_tier": ReplyField(ReplyFate.BOUNDED, _one_of(*TIERS)),
    "system_fingerprint": ReplyField(ReplyFate.BOUNDED, _matching(FINGERPRINT)),
}


def client_body(body: JsonObject, envelope: Envelope, *, stream: bool, keep_unknown: bool = False) -> JsonObject:
    """A model's completion or chunk as it goes out: under our id, with what the table lets through."""
    # A message beside a delta could hide what stands in the delta, so one of the two is read, and that one goes out.
    part = "delta" if stream else "message"
    choices = []
    for choice in body.get("choices") or []:
        built = build(choice, CHOICE, keep_unknown=keep_unknown)
        built[part] = build(choice.get(part) or {}, MESSAGE, keep_unknown=keep_unknown)
        choices.append(built)
    head = {"id": envelope.id, "object": f"chat.completion{'.chunk' if stream else ''}", "created": envelope.created}
    return {**head, **build(body, BODY, keep_unknown=keep_unknown), "model": envelope.model, "choices": choices}


def logprob_words(logprobs: JsonObject) -> Iterator[str]:
    """Every token that is named with its probability, those that were not chosen too."""
    for tokens in logprobs.values():
        for token in tokens or []:
            yield str(token.get("token", ""))
            yield from (f" {other.get('token', '')}" for other in token.get("top_logprobs") or [])


def unlisted(members: JsonObject, fields: Fields) -> dict[str, str]:
    """Members that have no row, as text to be judged."""
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in members.items()
        if name not in fields and value is not None
    }
