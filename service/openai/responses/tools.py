"""Tools of the Responses API as functions that chat models know, and their names back again.

A namespace's members become functions whose names carry it, a custom tool becomes a function of one text. Tools that
OpenAI would run itself (a search, a shell) are not there; what they bring could not be judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.models.base import Json, JsonObject
from service.openai.tools import CACHE_HINTS, MAX_TOOLS, check_description, check_schema
from service.openai.values import (
    STRICT,
    FieldRules,
    a_list,
    an_object,
    invalid,
    items,
    missing,
    one_of,
    shape,
    text,
    unsupported,
)

MAX_NAME = 128  # characters, since a namespace makes names longer
MAX_GRAMMAR = 64 * 1024  # characters
JOINT = "__"  # between a namespace and a member's name

# Some of their names carry dates and versions.
HOSTED = re.compile(
    r"apply_patch|code_interpreter|file_search|image_generation|local_shell|mcp|programmatic_tool_calling|shell"
    r"|tool_search|(computer|web_search)[a-z0-9_]{0,48}"
)

_INERT = CACHE_HINTS | {"allowed_callers", "async", "defer_loading", "output_schema"}
_FUNCTION = shape("type", "name", "description", "parameters", "strict", inert=_INERT)
_CUSTOM = shape("type", "name", "description", "format", inert=_INERT)
_NAMESPACE = shape("type", "name", "description", "tools", inert=_INERT)
_GRAMMAR = shape("type", "syntax", "definition")
_CHOICE = shape("type", "name", "namespace", inert=frozenset({"description", "parameters", "strict"}))
_ALLOWED = shape("type", "mode", "tools")
_ONE_TEXT: JsonObject = {
    "type": "object",
    "properties": {"input": {"type": "string"}},
    "required": ["input"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class ToolName:
    """What the client calls a tool; `custom` ones take a text in place of arguments."""

    name: str
    namespace: str | None = None
    custom: bool = False

    @property
    def flat(self) -> str:
        """The name that the model knows it by."""
        return self.name if self.namespace is None else f"{self.namespace}{JOINT}{self.name}"


@dataclass(frozen=True)
class Tools:
    """The tools of a request. `listed` is what the reply repeats of them, `hosted` are those that are not there."""

    functions: Mapping[str, JsonObject] = field(default_factory=dict)  # by the name that the model knows
    names: Mapping[str, ToolName] = field(default_factory=dict)
    listed: tuple[JsonObject, ...] = ()
    hosted: Mapping[str, str] = field(default_factory=dict)  # kind by its path in the request

    def named(self, flat: str) -> ToolName:
        """What the client calls the tool that a model calls so."""
        return self.names.get(flat, ToolName(flat))


def is_hosted(kind: Json) -> bool:
    """Whether a tool of this kind is one that OpenAI would run itself."""
    return isinstance(kind, str) and HOSTED.fullmatch(kind) is not None


def read_tools(value: Json, param: str, rules: FieldRules = STRICT) -> Tools:
    """The tools, each checked and named apart."""
    functions: dict[str, JsonObject] = {}
    names: dict[str, ToolName] = {}
    listed: list[JsonObject] = []
    hosted: dict[str, str] = {}
    for where, item in items(a_list(value, param, most=MAX_TOOLS), param):
        if is_hosted(an_object(item, where).get("type")):
            hosted[f"{where}.type"] = item["type"]
            continue
        shown, members = _members(item, where, rules)
        listed.append(shown)
        for name, function in members:
            if name.flat in names:
                raise invalid(where, "a tool of the same name stands before it")
            names[name.flat] = name
            functions[name.flat] = {"type": "function", "function": function}
    if len(names) > MAX_TOOLS:
        raise invalid(param, f"at most {MAX_TOOLS} tools are allowed")
    return Tools(functions, names, tuple(listed), hosted)


def _members(value: Json, param: str, rules: FieldRules) -> tuple[JsonObject, list[tuple[ToolName, JsonObject]]]:
    """A tool as the reply repeats it, and the functions that it comes to."""
    if value.get("type") != "namespace":
        shown, name, function = _tool(value, param, rules, None)
        return shown, [(name, function)]
    fields = _NAMESPACE.of(value, param, rules)
    check_description(fields, param)
    where = f"{param}.tools"
    members = [
        _tool(item, place, rules, fields)
        for place, item in items(a_list(fields.get("tools"), where, most=MAX_TOOLS), where)
    ]
    return {**fields, "tools": [shown for shown, _, _ in members]}, [(name, each) for _, name, each in members]


def _tool(
    value: Json, param: str, rules: FieldRules, namespace: JsonObject | None
) -> tuple[JsonObject, ToolName, JsonObject]:
    kind = one_of("function", "custom")(an_object(value, param).get("type"), f"{param}.type")
    fields = (_CUSTOM if kind == "custom" else _FUNCTION).of(value, param, rules)
    check_description(fields, param, MAX_NAME)
    name = ToolName(fields["name"], namespace["name"] if namespace else None, kind == "custom")
    if len(name.flat) > MAX_NAME:
        raise invalid(f"{param}.name", f"with its namespace at most {MAX_NAME} characters are allowed")
    told = [(namespace or {}).get("description"), fields.get("description")]
    function: JsonObject = {"name": name.flat}
    if kind == "custom":
        told.append(_grammar(fields, param, rules))
        function["parameters"] = _ONE_TEXT
        shown: JsonObject = {name: fields[name] for name in ("type", "name", "description", "format") if name in fields}
    else:
        if "parameters" in fields:
            check_schema(fields["parameters"], f"{param}.parameters")
        function |= {name: fields[name] for name in ("parameters", "strict") if name in fields}
        shown = {name: fields.get(name) for name in ("type", "name", "description", "parameters", "strict")}
    if any(told):
        function["description"] = "\n\n".join(words for words in told if words)
    return shown, name, function


def _grammar(fields: JsonObject, param: str, rules: FieldRules) -> str | None:
    """What a custom tool's text must look like, in words that a model reads."""
    if "format" not in fields:
        return None
    where = f"{param}.format"
    wanted = _GRAMMAR.of(fields["format"], where, rules)
    if one_of("text", "grammar")(wanted.get("type"), f"{where}.type") == "text":
        return None
    syntax = one_of("lark", "regex")(wanted.get("syntax"), f"{where}.syntax")
    definition = text(MAX_GRAMMAR)(wanted.get("definition"), f"{where}.definition")
    return f"The input must match this {syntax} grammar:\n{definition}"


# ---- the choice among them ----


def read_choice(value: Json, param: str, rules: FieldRules = STRICT) -> Json:
    """The choice in the client's own form, checked."""
    if isinstance(value, str):
        return one_of("none", "auto", "required")(value, param)
    kind = an_object(value, param).get("type")
    if is_hosted(kind):
        raise unsupported(param, f"a tool of type {kind} is not available here")
    if kind != "allowed_tools":
        return _named(value, param, rules)
    fields = _ALLOWED.of(value, param, rules)
    one_of("auto", "required")(fields.get("mode"), f"{param}.mode")
    listed = a_list(fields.get("tools"), f"{param}.tools", most=MAX_TOOLS)
    present = [
        _named(item, where, rules)
        for where, item in items(listed, f"{param}.tools")
        if not is_hosted(an_object(item, where).get("type"))
    ]
    return {**fields, "tools": present}


def _named(value: Json, param: str, rules: FieldRules) -> JsonObject:
    fields = _CHOICE.of(value, param, rules)
    one_of("function", "custom")(fields.get("type"), f"{param}.type")
    if "name" not in fields:
        raise missing(f"{param}.name")
    for name in ("name", "namespace"):
        text(MAX_NAME)(fields.get(name, ""), f"{param}.{name}")
    return fields


def chosen(tools: Tools, choice: Json) -> tuple[list[JsonObject], Json]:
    """The functions that a model is given, and the choice as chat has it; None where there is nothing to choose.

    Of `allowed_tools` only those are given: a model cannot call what it does not know.
    """
    functions, mode = dict(tools.functions), choice
    if isinstance(choice, dict) and choice["type"] == "allowed_tools":
        allowed = [_flat(tools, name) for name in choice["tools"]]
        functions, mode = {flat: tools.functions[flat] for flat in allowed}, choice["mode"]
    elif isinstance(choice, dict):
        mode = {"type": "function", "function": {"name": _flat(tools, choice)}}
    if mode == "required" and not functions:
        if tools.hosted:
            kinds = ", ".join(dict.fromkeys(tools.hosted.values()))
            raise unsupported("tool_choice", f"a call is required, and tools of type {kinds} are not available here")
        raise invalid("tool_choice", "only allowed beside tools")
    return list(functions.values()), mode if functions else None


def _flat(tools: Tools, choice: JsonObject) -> str:
    flat = ToolName(choice["name"], choice.get("namespace")).flat
    if flat not in tools.functions:
        raise invalid("tool_choice", "names a tool that is not among tools")
    return flat


# ---- calls ----


def custom_arguments(text: str) -> str:
    """A custom tool's text as the arguments of the function that it became."""
    return orjson.dumps({"input": text}).decode()


def custom_input(arguments: str) -> str:
    """The text again; arguments that are not in that form are the text themselves."""
    try:
        members: Any = orjson.loads(arguments)
    except orjson.JSONDecodeError:
        return arguments
    given = members.get("input") if isinstance(members, dict) else None
    return given if isinstance(given, str) and len(members) == 1 else arguments
