"""Items of the Responses API as turns, and turns as items again.

A chat has turns where Responses has items: calls stand in the assistant's turn before their results, so a message and
the calls around it become one turn, with the reasoning before them. Reasoning comes back where it is still held, or by
its `encrypted_content`, which is ours; a bare summary is for people and goes no further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import groupby
from typing import Protocol

import orjson

from agents.conversation import ImagePart, Message, Part, Role, TextPart, ToolCall
from agents.models.base import Json, JsonObject
from service.openai.messages import MAX_ALL_PARTS, call_id, picture_part, read_parts, signature, words_part
from service.openai.opaque import together, unsealed
from service.openai.responses.tools import MAX_NAME, ToolName, Tools, custom_arguments, custom_input
from service.openai.tools import CACHE_HINTS
from service.openai.values import (
    FieldRules,
    a_list,
    a_text,
    invalid,
    items,
    list_or_empty,
    missing,
    one_of,
    required,
    shape,
    text,
    unsupported,
)

REASONING_ID = "rs_"  # how the ids of reasoning begin
ROLES = ("user", "system", "developer", "assistant")

_ECHOED = CACHE_HINTS | {"id", "status", "phase", "caller", "created_by", "async", "agent"}
_MESSAGE = shape("type", "role", "content", inert=_ECHOED)
_CALL = shape("type", "call_id", "name", "arguments", "namespace", "extra_content", inert=_ECHOED)
_CUSTOM_CALL = shape("type", "call_id", "name", "input", "namespace", "extra_content", inert=_ECHOED)
_RESULT = shape("type", "call_id", "output", inert=_ECHOED | {"name", "namespace"})
_TEXT = shape("type", "text", inert=CACHE_HINTS | {"annotations", "logprobs"})
_REFUSAL = shape("type", "refusal", inert=CACHE_HINTS)
_IMAGE = shape("type", "image_url", "file_id", "detail", inert=CACHE_HINTS)

_TEXTS = frozenset({"input_text", "output_text", "text"})
_UNSEEN_PARTS = frozenset({"input_file", "file", "input_audio", "audio", "input_video", "video"})
# With their results, and what they list.
_UNSUPPORTED = re.compile(
    r"(apply_patch|code_interpreter|computer|file_search|image_generation|local_shell|mcp|program|shell|tool_search"
    r"|web_search|additional_tools|compaction|configuration_update)[a-z0-9_]{0,48}"
)


class Released(Protocol):
    """What was released to the same client lately."""

    def item(self, identity: str) -> Message | None:
        """The turn of an item, by its id; None for reasoning that is not held. Raises where another is not."""
        ...

    def signature(self, call: str) -> str | None:
        """What a call was signed with, by the call's id; None where it was not, or where it is not held."""
        ...


def picture_parts(listed: Json, param: str) -> Iterator[tuple[str, str]]:
    """The address and the place of every picture in a list of items. What is out of form is left for `read_items`."""
    for where, item in items(list_or_empty(listed), param):
        for name in ("content", "output"):
            parts = item.get(name) if isinstance(item, dict) else None
            for place, part in items(list_or_empty(parts), f"{where}.{name}"):
                if isinstance(part, dict) and isinstance(part.get("image_url"), str):
                    yield part["image_url"], f"{place}.image_url"


def read_items(value: Json, param: str, rules: FieldRules, released: Released) -> list[Message]:
    """The turns of `input`: a text, or items, each checked. References are to items that were `released`."""
    if isinstance(value, str):
        return [Message("user", (TextPart(value),) if value else ())]
    listed = a_list(value, param, most=MAX_ALL_PARTS)
    held = [item.get(name) for item in listed if isinstance(item, dict) for name in ("content", "output")]
    if len(listed) + sum(len(each) for each in held if isinstance(each, list)) > MAX_ALL_PARTS:
        raise invalid(param, f"at most {MAX_ALL_PARTS} items and parts are allowed in one request")
    turns = (_item(item, where, rules, released) for where, item in items(listed, param))
    return [turn for turn in turns if turn is not None]


def joined(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Turns as chat has them: where an assistant's turns that follow each other hold a call or a thought, all are one.

    So results follow their calls, and what was joined is joined no further when it comes back.
    """
    turns: list[Message] = []
    for role, run in groupby(messages, lambda message: message.role):
        group = list(run)
        if role == "assistant" and any(message.tool_calls or message.reasoning for message in group):
            reasoning = [message.reasoning for message in group if message.reasoning is not None]
            whole = Message(
                role,
                tuple(part for message in group for part in message.parts),
                tool_calls=tuple(call for message in group for call in message.tool_calls),
                reasoning=reduce(together, reasoning) if reasoning else None,
            )
            group = [whole]
        turns += group
    return tuple(turn for turn in turns if turn.parts or turn.tool_calls or turn.reasoning is None)


def _item(value: Json, param: str, rules: FieldRules, released: Released) -> Message | None:
    if not isinstance(value, dict):
        raise invalid(param, "an object is expected")
    kind = value.get("type") or ("message" if "role" in value else "item_reference" if "id" in value else None)
    match kind:
        case "message":
            fields = _MESSAGE.of(value, param, rules)
            role: Role = one_of(*ROLES)(required(fields, "role", param), f"{param}.role")
            if role == "assistant" and "content" not in fields:
                return Message(role)
            return Message(role, read_parts(required(fields, "content", param), f"{param}.content", rules, _part))
        case "function_call" | "custom_tool_call":
            return _call(value, kind, param, rules, released)
        case "function_call_output" | "custom_tool_call_output":
            fields = _RESULT.of(value, param, rules)
            output = read_parts(required(fields, "output", param), f"{param}.output", rules, _part)
            return Message("tool", output, tool_call_id=_called(fields, param))
        case "reasoning":
            return _reasoning(value, released)
        case "item_reference":
            return released.item(a_text(value.get("id"), f"{param}.id"))
        case str() if _UNSUPPORTED.fullmatch(kind):
            raise unsupported(f"{param}.type", f"items of type {kind} are not supported here")
    raise invalid(f"{param}.type", "not the type of an item, and no role says that it is a message")


def _part(value: Json, param: str, rules: FieldRules) -> Part | None:
    kind = str(value.get("type")) if isinstance(value, dict) else None
    if kind == "input_image":
        fields = _IMAGE.of(value, param, rules)
        if "file_id" in fields:
            raise unsupported(f"{param}.file_id", "files are not kept here; send the picture as a data URL")
        return picture_part(fields, "image_url", param, rules)
    if kind in _TEXTS or kind == "refusal":
        name = "refusal" if kind == "refusal" else "text"
        fields = (_REFUSAL if kind == "refusal" else _TEXT).of(value, param, rules)
        return words_part(fields, name, param)
    if kind in _UNSEEN_PARTS:
        raise unsupported(f"{param}.type", f"no agent can look at a part of type {kind} yet")
    raise invalid(f"{param}.type", "one of input_text, input_image, output_text, refusal is expected")


def _reasoning(value: JsonObject, released: Released) -> Message | None:
    """The reasoning of an item, as far as it is ours; whatever else stands in it is left out."""
    identity, content = value.get("id"), value.get("encrypted_content")
    held = released.item(identity) if isinstance(identity, str) and identity.startswith(REASONING_ID) else None
    if held is not None:
        return held
    sent = unsealed(content) if isinstance(content, str) else None
    return None if sent is None else Message("assistant", reasoning=sent)


def _call(value: JsonObject, kind: str, param: str, rules: FieldRules, released: Released) -> Message:
    """A call's turn. Clients that send back only the fields that they know lose its signature, so it is looked up."""
    custom = kind == "custom_tool_call"
    fields = (_CUSTOM_CALL if custom else _CALL).of(value, param, rules)
    given = "input" if custom else "arguments"
    words = a_text(fields.get(given, ""), f"{param}.{given}")
    named = [text(MAX_NAME)(fields[name], f"{param}.{name}") for name in ("name", "namespace") if name in fields]
    if "name" not in fields:
        raise missing(f"{param}.name")
    called = _called(fields, param)
    call = ToolCall(
        called,
        ToolName(*named).flat,
        custom_arguments(words) if custom else words,
        signature(fields, param) or released.signature(called),
    )
    return Message("assistant", tool_calls=(call,))


def _called(fields: JsonObject, param: str) -> str:
    return call_id(required(fields, "call_id", param), f"{param}.call_id")


# ---- back again ----


def call_item(identity: str, name: ToolName, call: ToolCall, status: str) -> JsonObject:
    """A call as the client knows it."""
    kind, given, words = "function_call", "arguments", call.arguments
    if name.custom:
        kind, given, words = "custom_tool_call", "input", custom_input(call.arguments)
    item = {"type": kind, "id": identity, "call_id": call.id, "name": name.name, given: words, "status": status}
    if name.namespace is not None:
        item["namespace"] = name.namespace
    if call.signature is not None:
        item["extra_content"] = orjson.loads(call.signature)
    return item


def listed_items(messages: Sequence[Message], tools: Tools, mark: str) -> list[JsonObject]:
    """Turns as the items that they were read from, for who asks what a response was given. `mark` is in their ids."""
    listed: list[JsonObject] = []
    for message in messages:
        identity = f"{mark}_{len(listed)}"
        parts = [_listed_part(part, message.role) for part in message.parts]
        if message.role == "tool":
            result = {"type": "function_call_output", "id": f"fco_{identity}", "call_id": message.tool_call_id}
            listed.append({**result, "output": parts, "status": "completed"})
            continue
        if message.reasoning is not None:
            summary = [{"type": "summary_text", "text": message.reasoning.words}] if message.reasoning.words else []
            listed.append({"type": "reasoning", "id": f"rs_{identity}", "summary": summary})
            identity = f"{mark}_{len(listed)}"
        if parts or not message.tool_calls:
            head = {"type": "message", "id": f"msg_{identity}", "status": "completed", "role": message.role}
            listed.append({**head, "content": parts})
        for call in message.tool_calls:
            listed.append(call_item(f"fc_{mark}_{len(listed)}", tools.named(call.name), call, "completed"))
    return listed


def _listed_part(part: Part, role: Role) -> JsonObject:
    if isinstance(part, ImagePart):
        return {"type": "input_image", "image_url": part.picture.data_url, "detail": part.detail or "auto"}
    if role == "assistant":
        return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": []}
    return {"type": "input_text", "text": part.text}
