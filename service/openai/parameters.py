"""Every parameter of chat completions, a row each: what becomes of it, and within which bounds.

The rows cover the request types of the installed openai package whole; a test compares the two. A parameter that is
not here is an unknown field.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import orjson

from agents.models.base import Json, JsonObject
from agents.models.openai_format import ID
from service.openai.tools import (
    CACHE_HINTS,
    read_response_format,
    read_tool_choice,
    read_tools,
    response_format_texts,
    tool_texts,
)
from service.openai.values import (
    EXTRA_HINT,
    SETTING_HINT,
    STRICT,
    Check,
    FieldRules,
    a_list,
    a_text,
    an_object,
    anything,
    anything_up_to,
    boolean,
    flags,
    integer,
    invalid,
    items,
    number,
    one_of,
    shape,
    text,
    unknown,
    unsupported,
)

MAX_REPLY_TOKENS = 2**20  # the largest context windows; some clients ask for all that is left of one
MAX_CHOICES = 8  # each choice is paid for, and held in memory until the verdict
MAX_BIASES = 300
MAX_TOKEN_ID = 2**31
MAX_STOPS = 4
MAX_STOP = 256  # characters
MAX_IDENTIFIER = 256
MAX_PREDICTION = 256 * 1024
MAX_EXTRA_BYTES = 16 * 1024


_PREDICTION = shape("type", "content")
_PREDICTED = shape("type", "text", inert=CACHE_HINTS)

Row = TypeVar("Row")


class Fate(StrEnum):
    """What becomes of a parameter."""

    READ = "read"  # by the guard itself
    FORWARDED = "forwarded"
    BOUNDED = "bounded"  # forwarded within bounds
    STEERING = "steering"  # as bounded, where a deployment lets words be steered; else dropped
    JUDGED = "judged"  # forwarded, and its text is part of what the agents judge
    DROPPED = "dropped"  # checked, and not forwarded
    REFUSED = "refused"


FORWARDED = frozenset({Fate.FORWARDED, Fate.BOUNDED, Fate.STEERING, Fate.JUDGED})


@dataclass(frozen=True)
class Parameter:
    """A row: `check` gives the canonical value or raises; `texts` are the words in it that a model will read."""

    name: str
    fate: Fate
    check: Check
    texts: Callable[[Json], Iterator[str]] | None = None

    @property
    def forwarded(self) -> bool:
        return self.fate in FORWARDED

    def words(self, value: Json) -> Iterator[str]:
        """The words in a canonical value that agents judge."""
        if self.fate is Fate.JUDGED and self.texts is not None and value is not None:
            yield from self.texts(value)


def refused(why: str, *inert: Json) -> Check:
    """Refuse with a reason, but let a value pass that asks for nothing (`functions: []`)."""

    def check(value: Json, param: str, _: FieldRules = STRICT) -> Json:
        if not any(value == nothing and type(value) is type(nothing) for nothing in inert):
            raise unsupported(param, why)
        return None

    return check


def _identifier(value: Json, param: str, _: FieldRules = STRICT) -> Json:
    """A name that means nothing to a model. One that could be words is known to the endpoint by its hash."""
    name = text(MAX_IDENTIFIER)(value, param)
    return name if ID.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()


def _token_limit(value: Json, param: str, _: FieldRules = STRICT) -> Json:
    """-1 is how some clients say that they set none."""
    return None if value in (-1, -1.0) else integer(1, MAX_REPLY_TOKENS)(value, param)


def _top_logprobs(value: Json, param: str, _: FieldRules = STRICT) -> Json:
    """0 asks for none, as where it is left out."""
    return integer(0, 20)(value, param) or None


def _logit_bias(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    biases = an_object(value, param)
    if len(biases) > MAX_BIASES:
        raise invalid(param, f"at most {MAX_BIASES} tokens are allowed")
    for token, bias in biases.items():
        if not (token.isascii() and token.isdigit() and int(token[:12]) < MAX_TOKEN_ID):
            raise invalid(param, "a key is a token's number")
        number(-100, 100)(bias, param)
    return biases


def _stop(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    if isinstance(value, str):
        return text(MAX_STOP)(value, param)
    stops = a_list(value, param, most=MAX_STOPS)
    return [text(MAX_STOP)(item, where) for where, item in items(stops, param)]


def _stop_texts(value: Json) -> Iterator[str]:
    yield from [value] if isinstance(value, str) else value


def _prediction(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    fields = _PREDICTION.of(value, param, rules)
    one_of("content")(fields.get("type"), f"{param}.type")
    content, where = fields.get("content"), f"{param}.content"
    if isinstance(content, str):
        return {"type": "content", "content": text(MAX_PREDICTION)(content, where)}
    parts = [_predicted(item, place, rules) for place, item in items(a_list(content, where, most=64), where)]
    return {"type": "content", "content": parts}


def _predicted(value: Json, param: str, rules: FieldRules) -> Json:
    fields = _PREDICTED.of(value, param, rules)
    one_of("text")(fields.get("type"), f"{param}.type")
    return {"type": "text", "text": text(MAX_PREDICTION)(a_text(fields.get("text"), f"{param}.text"), param)}


def _prediction_texts(value: Json) -> Iterator[str]:
    content = value["content"]
    yield from [content] if isinstance(content, str) else [part["text"] for part in content]


def _metadata(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    for name, item in an_object(value, param).items():
        text(512)(item, f"{param}.{name[:64]}")
    return None


def _modalities(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    if value != ["text"]:
        raise unsupported(param, "only text can be judged, so only text is answered")
    return value


def extra_texts(value: Json) -> Iterator[str]:
    """An extra field may hold words that a model reads (a grammar, a template): all of it is judged."""
    if isinstance(value, str | list | dict):
        yield value if isinstance(value, str) else orjson.dumps(value).decode()


def extra(name: str) -> Parameter:
    """A field that only this deployment lets through."""
    return Parameter(name, Fate.JUDGED, anything_up_to(MAX_EXTRA_BYTES), extra_texts)


_AUDIO = "no agent can hear audio, so none is answered"

_ROWS = (
    Parameter("messages", Fate.READ, anything),  # checked turn by turn
    Parameter("model", Fate.READ, text(MAX_IDENTIFIER)),
    Parameter("stream", Fate.READ, boolean),
    Parameter("stream_options", Fate.READ, flags("include_usage", "include_obfuscation")),
    Parameter("audio", Fate.REFUSED, refused(_AUDIO)),
    Parameter("frequency_penalty", Fate.BOUNDED, number(-2, 2)),
    Parameter("function_call", Fate.REFUSED, refused("deprecated; use tool_choice")),
    Parameter("functions", Fate.REFUSED, refused("deprecated; use tools", [])),
    Parameter("logit_bias", Fate.STEERING, _logit_bias),
    Parameter("logprobs", Fate.FORWARDED, boolean),
    Parameter("max_completion_tokens", Fate.BOUNDED, _token_limit),
    Parameter("max_tokens", Fate.BOUNDED, _token_limit),
    Parameter("metadata", Fate.DROPPED, _metadata),
    Parameter("modalities", Fate.FORWARDED, _modalities),
    Parameter("moderation", Fate.READ, anything_up_to(4096)),  # the deployment alone says what is judged
    Parameter("n", Fate.BOUNDED, integer(1, MAX_CHOICES)),
    Parameter("parallel_tool_calls", Fate.FORWARDED, boolean),
    Parameter("prediction", Fate.JUDGED, _prediction, _prediction_texts),
    Parameter("presence_penalty", Fate.BOUNDED, number(-2, 2)),
    Parameter("prompt_cache_key", Fate.BOUNDED, _identifier),
    Parameter("prompt_cache_options", Fate.DROPPED, anything_up_to(1024)),
    Parameter("prompt_cache_retention", Fate.FORWARDED, one_of("in_memory", "24h")),
    Parameter(
        "reasoning_effort",
        Fate.FORWARDED,
        one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    ),
    Parameter("response_format", Fate.JUDGED, read_response_format, response_format_texts),
    Parameter("safety_identifier", Fate.BOUNDED, _identifier),
    Parameter("seed", Fate.BOUNDED, integer(-(2**63), 2**63 - 1)),
    Parameter("service_tier", Fate.BOUNDED, one_of("auto", "default", "flex")),  # dearer tiers are the operator's
    Parameter("stop", Fate.JUDGED, _stop, _stop_texts),
    Parameter("store", Fate.DROPPED, boolean),
    Parameter("temperature", Fate.BOUNDED, number(0, 2)),
    Parameter("tool_choice", Fate.FORWARDED, read_tool_choice),
    Parameter("tools", Fate.JUDGED, read_tools, tool_texts),
    Parameter("top_logprobs", Fate.BOUNDED, _top_logprobs),
    Parameter("top_p", Fate.BOUNDED, number(0, 1)),
    Parameter("user", Fate.BOUNDED, _identifier),
    Parameter("verbosity", Fate.FORWARDED, one_of("low", "medium", "high")),
    Parameter("web_search_options", Fate.REFUSED, refused("what a search brings back is not judged")),
)

PARAMETERS = {row.name: row for row in _ROWS}
# Fields that clients send on their own account, to servers that know them; nothing of a model depends on them.
IGNORED = frozenset({"cache_control", "client_metadata"})


def rows_of(
    document: JsonObject, rules: FieldRules, table: Mapping[str, Row], extra_row: Callable[[str], Row]
) -> Iterator[Row]:
    """The row of each field that says anything; null says nothing, whatever the field."""
    for name, value in document.items():
        if value is None or name in IGNORED:
            continue
        if name in table:
            yield table[name]
        elif name in rules.extra:
            yield extra_row(name)
        elif rules.unknown == "refuse":
            raise unknown(name, SETTING_HINT + EXTRA_HINT)
