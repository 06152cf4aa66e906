"""Tools, the choice among them and reply schemas: rebuilt field by field, their text laid open for the agents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from agents.models.base import Json, JsonObject
from service.openai.values import (
    a_list,
    an_object,
    anything_up_to,
    boolean,
    closed,
    invalid,
    items,
    missing,
    one_of,
    text,
    unsupported,
)

MAX_TOOLS = 128  # OpenAI's bound
MAX_NAME = 64
MAX_DESCRIPTION = 8192  # characters; long ones hide things from who reads them
MAX_SCHEMA_BYTES = 64 * 1024

_TOOL = frozenset({"type", "function"})
_FUNCTION = frozenset({"name", "description", "parameters", "strict"})
_CHOICE = frozenset({"type", "function"})
_ALLOWED = frozenset({"type", "allowed_tools"})
_ALLOWED_TOOLS = frozenset({"mode", "tools"})
_FORMAT = frozenset({"type", "json_schema"})
_SCHEMA = frozenset({"name", "description", "schema", "strict"})


def read_tools(value: Json, param: str) -> Json:
    listed = a_list(value, param, most=MAX_TOOLS)
    return [_tool(item, where) for where, item in items(listed, param)]


def _tool(value: Json, param: str) -> JsonObject:
    if an_object(value, param).get("type") == "custom":
        raise unsupported(param, "custom tools are not supported; use function tools")
    fields = closed(value, param, _TOOL)
    one_of("function")(fields.get("type"), f"{param}.type")
    where = f"{param}.function"
    function = closed(fields.get("function"), where, _FUNCTION)
    _check_description(function, where)
    if "parameters" in function:
        _check_schema(function["parameters"], f"{where}.parameters")
    return {"type": "function", "function": function}


def _check_description(fields: JsonObject, param: str) -> None:
    """What tools and reply schemas have in common: a name, a description, and whether they bind."""
    if "name" not in fields:
        raise missing(f"{param}.name")
    text(MAX_NAME)(fields["name"], f"{param}.name")
    if "description" in fields:
        text(MAX_DESCRIPTION)(fields["description"], f"{param}.description")
    if "strict" in fields:
        boolean(fields["strict"], f"{param}.strict")


def _check_schema(value: Json, param: str) -> None:
    an_object(value, param)
    anything_up_to(MAX_SCHEMA_BYTES)(value, param)


def tool_texts(tools: Json) -> Iterator[str]:
    for tool in tools:
        yield _told(tool["function"], "parameters")


def read_tool_choice(value: Json, param: str) -> Json:
    if isinstance(value, str):
        return one_of("none", "auto", "required")(value, param)
    if an_object(value, param).get("type") == "allowed_tools":
        return _allowed_tools(closed(value, param, _ALLOWED), param)
    return _named_tool(value, param)


def _named_tool(value: Json, param: str) -> JsonObject:
    fields = closed(value, param, _CHOICE)
    one_of("function")(fields.get("type"), f"{param}.type")
    function = closed(fields.get("function"), f"{param}.function", frozenset({"name"}))
    text(MAX_NAME)(function.get("name"), f"{param}.function.name")
    return fields


def _allowed_tools(fields: JsonObject, param: str) -> JsonObject:
    where = f"{param}.allowed_tools"
    allowed = closed(fields.get("allowed_tools"), where, _ALLOWED_TOOLS)
    one_of("auto", "required")(allowed.get("mode"), f"{where}.mode")
    listed = a_list(allowed.get("tools"), f"{where}.tools", most=MAX_TOOLS)
    tools = [_named_tool(item, place) for place, item in items(listed, f"{where}.tools")]
    return {"type": "allowed_tools", "allowed_tools": {"mode": allowed["mode"], "tools": tools}}


def read_response_format(value: Json, param: str) -> Json:
    fields = closed(value, param, _FORMAT)
    kind = one_of("text", "json_object", "json_schema")(fields.get("type"), f"{param}.type")
    if kind != "json_schema":
        if "json_schema" in fields:
            raise invalid(f"{param}.json_schema", "only allowed beside the type json_schema")
        return {"type": kind}
    where = f"{param}.json_schema"
    schema = closed(fields.get("json_schema"), where, _SCHEMA)
    _check_description(schema, where)
    if "schema" in schema:
        _check_schema(schema["schema"], f"{where}.schema")
    return {"type": kind, "json_schema": schema}


def response_format_texts(value: Json) -> Iterator[str]:
    if "json_schema" in value:
        yield _told(value["json_schema"], "schema")


def _told(fields: dict[str, Any], schema: str) -> str:
    words = [fields["name"], fields.get("description", ""), orjson.dumps(fields.get(schema, {})).decode()]
    return " ".join(word for word in words if word)
