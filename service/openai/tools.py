"""Tools, the choice among them and reply schemas: rebuilt field by field, their text laid open for the agents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from agents.models.base import Json, JsonObject
from service.openai.values import (
    STRICT,
    FieldRules,
    a_list,
    an_object,
    anything_up_to,
    boolean,
    invalid,
    items,
    one_of,
    required,
    shape,
    text,
    unsupported,
)

# Hints to a provider's prompt cache; what they hint at is rebuilt here, so they have nothing to stand on.
CACHE_HINTS = frozenset({"cache_control", "prompt_cache_breakpoint"})

MAX_TOOLS = 128  # OpenAI's bound
MAX_NAME = 64
MAX_DESCRIPTION = 8192  # characters; long ones hide things from who reads them
MAX_SCHEMA_BYTES = 64 * 1024

_TOOL = shape("type", "function", inert=CACHE_HINTS)
_FUNCTION = shape("name", "description", "parameters", "strict", inert=CACHE_HINTS)
_CHOICE = shape("type", "function")
_CHOSEN = shape("name")
_ALLOWED = shape("type", "allowed_tools")
_ALLOWED_TOOLS = shape("mode", "tools")
_FORMAT = shape("type", "json_schema")
_SCHEMA = shape("name", "description", "schema", "strict")


def read_tools(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    listed = a_list(value, param, most=MAX_TOOLS)
    return [_tool(item, where, rules) for where, item in items(listed, param)]


def _tool(value: Json, param: str, rules: FieldRules) -> JsonObject:
    if an_object(value, param).get("type") == "custom":
        raise unsupported(param, "custom tools are not supported; use function tools")
    fields = _TOOL.of(value, param, rules)
    one_of("function")(fields.get("type"), f"{param}.type")
    where = f"{param}.function"
    function = _FUNCTION.of(fields.get("function"), where, rules)
    check_description(function, where)
    if "parameters" in function:
        check_schema(function["parameters"], f"{where}.parameters")
    return {"type": "function", "function": function}


def check_description(fields: JsonObject, param: str, longest: int = MAX_NAME) -> None:
    """What tools and reply schemas have in common: a name, a description, and whether they bind."""
    text(longest)(required(fields, "name", param), f"{param}.name")
    if "description" in fields:
        text(MAX_DESCRIPTION)(fields["description"], f"{param}.description")
    if "strict" in fields:
        boolean(fields["strict"], f"{param}.strict")


def check_schema(value: Json, param: str) -> None:
    an_object(value, param)
    anything_up_to(MAX_SCHEMA_BYTES)(value, param)


def tool_texts(tools: Json) -> Iterator[str]:
    for tool in tools:
        yield _told(tool["function"], "parameters")


def read_tool_choice(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    if isinstance(value, str):
        return one_of("none", "auto", "required")(value, param)
    if an_object(value, param).get("type") == "allowed_tools":
        return _allowed_tools(_ALLOWED.of(value, param, rules), param, rules)
    return _named_tool(value, param, rules)


def _named_tool(value: Json, param: str, rules: FieldRules) -> JsonObject:
    fields = _CHOICE.of(value, param, rules)
    one_of("function")(fields.get("type"), f"{param}.type")
    function = _CHOSEN.of(fields.get("function"), f"{param}.function", rules)
    return {"type": "function", "function": {"name": text(MAX_NAME)(function.get("name"), f"{param}.function.name")}}


def chosen_names(choice: Json) -> Iterator[str]:
    """The tools that a canonical `tool_choice` names."""
    if isinstance(choice, dict):
        for tool in choice["allowed_tools"]["tools"] if "allowed_tools" in choice else [choice]:
            yield tool["function"]["name"]


def _allowed_tools(fields: JsonObject, param: str, rules: FieldRules) -> JsonObject:
    where = f"{param}.allowed_tools"
    allowed = _ALLOWED_TOOLS.of(fields.get("allowed_tools"), where, rules)
    one_of("auto", "required")(allowed.get("mode"), f"{where}.mode")
    listed = a_list(allowed.get("tools"), f"{where}.tools", most=MAX_TOOLS)
    tools = [_named_tool(item, place, rules) for place, item in items(listed, f"{where}.tools")]
    return {"type": "allowed_tools", "allowed_tools": {"mode": allowed["mode"], "tools": tools}}


def read_response_format(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    fields = _FORMAT.of(value, param, rules)
    kind = one_of("text", "json_object", "json_schema")(fields.get("type"), f"{param}.type")
    if kind != "json_schema":
        if "json_schema" in fields:
            raise invalid(f"{param}.json_schema", "only allowed beside the type json_schema")
        return {"type": kind}
    where = f"{param}.json_schema"
    schema = _SCHEMA.of(fields.get("json_schema"), where, rules)
    check_description(schema, where)
    if "schema" in schema:
        check_schema(schema["schema"], f"{where}.schema")
    return {"type": kind, "json_schema": schema}


def response_format_texts(value: Json) -> Iterator[str]:
    if "json_schema" in value:
        yield _told(value["json_schema"], "schema")


def _told(fields: dict[str, Any], schema: str) -> str:
    words = [fields["name"], fields.get("description", ""), orjson.dumps(fields.get(schema, {})).decode()]
    return " ".join(word for word in words if word)
