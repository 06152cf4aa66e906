"""Every parameter of the Responses API, a row each: what becomes of it, and what a chat model is given for it.

The rows cover the request types of the installed openai package whole; a test compares the two. A parameter that is
not here is an unknown field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agents.models.base import Json, JsonObject
from service.openai.parameters import MAX_IDENTIFIER, PARAMETERS, Fate, extra, refused
from service.openai.responses.tools import read_choice, read_tools
from service.openai.tools import check_description, check_schema
from service.openai.values import (
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
    one_of,
    shape,
    text,
)

MAX_METADATA = 16  # pairs
MAX_ID = 256
MAX_INCLUDED = 32
LOGPROBS = "message.output_text.logprobs"
SEALED_REASONING = "reasoning.encrypted_content"
FORWARDED_TIERS = frozenset({"auto", "default", "flex"})  # dearer tiers are the operator's

_REASONING = shape("effort", "summary", inert=frozenset({"context", "generate_summary", "mode"}))
_TEXT = shape("format", "verbosity")
_FORMAT = shape("type", "name", "description", "schema", "strict")
_USAGE = frozenset({"include_usage"})  # it is always there


@dataclass(frozen=True)
class ResponsesParameter:
    """A row: `check` gives the canonical value or raises, `options` what a chat model is given for it.

    What is judged of those options is a matter of chat's own table.
    """

    name: str
    fate: Fate
    check: Check
    options: Callable[[Json], JsonObject] = lambda _: {}


def _metadata(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    pairs = an_object(value, param)
    if len(pairs) > MAX_METADATA:
        raise invalid(param, f"at most {MAX_METADATA} pairs are allowed")
    for name, item in pairs.items():
        text(64)(name, param)
        text(512)(item, f"{param}.{name[:64]}")
    return pairs


def _included(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    listed = a_list(value, param, most=MAX_INCLUDED)
    return [text(MAX_ID)(item, where) for where, item in items(listed, param)]


def _reasoning(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    fields = _REASONING.of(value, param, rules)
    if "effort" in fields:
        PARAMETERS["reasoning_effort"].check(fields["effort"], f"{param}.effort")
    if "summary" in fields:
        one_of("auto", "concise", "detailed")(fields["summary"], f"{param}.summary")
    return fields


def _text(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    fields = _TEXT.of(value, param, rules)
    if "verbosity" in fields:
        PARAMETERS["verbosity"].check(fields["verbosity"], f"{param}.verbosity")
    if "format" in fields:
        fields["format"] = _format(fields["format"], f"{param}.format", rules)
    return fields


def _format(value: Json, param: str, rules: FieldRules) -> JsonObject:
    fields = _FORMAT.of(value, param, rules)
    kind = one_of("text", "json_object", "json_schema")(fields.get("type"), f"{param}.type")
    if kind != "json_schema":
        return {"type": kind}
    check_description(fields, param)
    check_schema(fields.get("schema", {}), f"{param}.schema")
    return fields


def _text_options(value: Json) -> JsonObject:
    """The format, in chat within an object of its own."""
    options = {name: value[name] for name in ("verbosity",) if name in value}
    wanted = value.get("format", {"type": "text"})
    if wanted["type"] == "json_schema":
        schema = {name: member for name, member in wanted.items() if name != "type"}
        return {**options, "response_format": {"type": "json_schema", "json_schema": schema}}
    return options if wanted["type"] == "text" else {**options, "response_format": wanted}


def _as(option: str) -> Callable[[Json], JsonObject]:
    return lambda value: {option: value}


def _chat(name: str) -> ResponsesParameter:
    """A parameter that chat has too, under the same name."""
    row = PARAMETERS[name]
    return ResponsesParameter(name, row.fate, row.check, _as(name))


def extra_of_chat(name: str) -> ResponsesParameter:
    """A field that only this deployment lets through."""
    row = extra(name)
    return ResponsesParameter(name, row.fate, row.check)


_TOKENS = PARAMETERS["max_completion_tokens"].check

_ROWS = (
    ResponsesParameter("model", Fate.READ, text(MAX_IDENTIFIER)),
    ResponsesParameter("input", Fate.JUDGED, anything),  # checked item by item
    ResponsesParameter("instructions", Fate.JUDGED, lambda value, param, _=STRICT: a_text(value, param)),
    ResponsesParameter("stream", Fate.READ, boolean),
    ResponsesParameter("stream_options", Fate.READ, flags("include_obfuscation", inert=_USAGE)),
    ResponsesParameter("access_programs", Fate.DROPPED, anything_up_to(1024)),
    ResponsesParameter(
        "background", Fate.REFUSED, refused("an answer that is fetched later would not come through the guard", False)
    ),
    ResponsesParameter("background_options", Fate.DROPPED, anything_up_to(1024)),
    ResponsesParameter("context_management", Fate.DROPPED, anything_up_to(16 * 1024)),
    ResponsesParameter(
        "conversation", Fate.REFUSED, refused("its content is elsewhere, so it cannot be judged; send it as input")
    ),
    _chat("frequency_penalty"),
    ResponsesParameter("image", Fate.DROPPED, anything_up_to(1024)),
    ResponsesParameter("include", Fate.READ, _included, lambda value: {"logprobs": True} if LOGPROBS in value else {}),
    ResponsesParameter("max_output_tokens", Fate.BOUNDED, _TOKENS, _as("max_completion_tokens")),
    ResponsesParameter("max_tool_calls", Fate.DROPPED, integer(0, 2**31)),  # counts calls of hosted tools alone
    ResponsesParameter("metadata", Fate.READ, _metadata),
    ResponsesParameter("moderation", Fate.READ, anything_up_to(4096)),
    _chat("parallel_tool_calls"),
    _chat("presence_penalty"),
    ResponsesParameter("previous_response_id", Fate.JUDGED, text(MAX_ID)),
    ResponsesParameter(
        "prompt", Fate.REFUSED, refused("a template's content is elsewhere, so it cannot be judged; send it as input")
    ),
    _chat("prompt_cache_key"),
    ResponsesParameter("prompt_cache_options", Fate.DROPPED, anything_up_to(1024)),
    ResponsesParameter("prompt_cache_retention", Fate.DROPPED, anything_up_to(1024)),
    ResponsesParameter(
        "reasoning",
        Fate.FORWARDED,
        _reasoning,
        lambda value: {"reasoning_effort": value["effort"]} if "effort" in value else {},
    ),
    _chat("safety_identifier"),
    ResponsesParameter(
        "service_tier",
        Fate.BOUNDED,
        text(64),
        lambda value: {"service_tier": value} if value in FORWARDED_TIERS else {},
    ),
    ResponsesParameter("store", Fate.READ, boolean),
    _chat("temperature"),
    ResponsesParameter("text", Fate.JUDGED, _text, _text_options),
    ResponsesParameter("tool_choice", Fate.FORWARDED, read_choice),  # goes with the tools (`tools.chosen`)
    ResponsesParameter("tools", Fate.JUDGED, read_tools),
    ResponsesParameter(
        "top_logprobs",
        Fate.BOUNDED,
        integer(0, 20),
        lambda value: {"logprobs": True, "top_logprobs": value} if value else {},
    ),
    _chat("top_p"),
    ResponsesParameter("truncation", Fate.DROPPED, one_of("auto", "disabled")),  # nothing is ever cut off
    _chat("user"),
)


RESPONSES_PARAMETERS = {row.name: row for row in _ROWS}
