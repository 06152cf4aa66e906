"""Messages of a request as canonical turns. What clients echo back of earlier replies is dropped by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from agents.conversation import ImagePart, Message, Part, Role, TextPart, ToolCall
from agents.models.base import Json, JsonObject
from agents.models.openai_format import ID, MAX_ID
from service.openai.opaque import canonical, read_reasoning
from service.openai.reply_fields import REASONING, is_signature
from service.openai.tools import CACHE_HINTS
from service.openai.values import (
    FieldRules,
    a_list,
    a_text,
    invalid,
    items,
    missing,
    one_of,
    required,
    shape,
    text,
    unsupported,
)

MAX_PARTS = 256  # of one message
MAX_ALL_PARTS = 4096  # parts and calls of all messages; each is hashed, and listed in the record
MAX_CALLS = 128  # of one message; OpenAI's bound on tools
MAX_NAME = 64  # characters, as OpenAI has it

# Fields of earlier replies that clients send back; they carry no turn of the conversation.
ECHOED = frozenset(
    {
        "annotations",
        "index",
        "parsed",
        "provider_specific_fields",
        "refusal",
        "thinking_blocks",
    }
)
INERT = CACHE_HINTS | {"annotations"}

MESSAGE = shape(
    *("role", "content", "name", "tool_calls", "tool_call_id", "audio", "function_call", *REASONING),
    inert=ECHOED | CACHE_HINTS,
)
TEXT = shape("type", "text", inert=INERT)
REFUSAL = shape("type", "refusal", inert=INERT)
IMAGE = shape("type", "image_url", inert=INERT)
IMAGE_URL = shape("url", "detail")
CALL = shape("id", "type", "function", "extra_content", inert=CACHE_HINTS | {"index"})
_role = one_of(*get_args(Role))
CALLED = shape("name", "arguments", inert=frozenset({"parsed_arguments"}))

UNSEEN_PARTS = {"input_audio", "audio", "audio_url", "file", "input_file", "video", "video_url", "input_video"}


@dataclass(frozen=True)
class Bounds:
    """How much one request may hold."""

    messages: int
    pictures: int


def read_messages(value: Json, bounds: Bounds, rules: FieldRules) -> tuple[Message, ...]:
    """The turns of `messages`. Their pictures are those that `rules` brings, already decoded."""
    messages = a_list(value, "messages", least=1, most=bounds.messages)
    contents = [message.get("content") for message in messages if isinstance(message, dict)]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    calls = [message.get("tool_calls") for message in messages if isinstance(message, dict)]
    if len(parts) + sum(len(each) for each in calls if isinstance(each, list)) > MAX_ALL_PARTS:
        raise invalid("messages", f"at most {MAX_ALL_PARTS} parts and calls are allowed in one request")
    if sum(isinstance(part, dict) and part.get("type") == "image_url" for part in parts) > bounds.pictures:
        raise invalid("messages", f"at most {bounds.pictures} pictures are allowed in one request")
    return tuple(_message(item, param, rules) for param, item in items(messages, "messages"))


def _message(value: Json, param: str, rules: FieldRules) -> Message:
    fields = MESSAGE.of(value, param, rules)
    role: Role = _role(required(fields, "role", param), f"{param}.role")
    if "audio" in fields:
        raise unsupported(f"{param}.audio", "no agent can hear audio yet")
    if "function_call" in fields:
        raise unsupported(f"{param}.function_call", "deprecated; use tool_calls")
    content = fields.get("content", "") if role == "assistant" else required(fields, "content", param)
    parts = read_parts(content, f"{param}.content", rules, _part)
    name = text(MAX_NAME)(fields["name"], f"{param}.name") if "name" in fields else None
    calls = _calls(fields, role, param, rules)
    if role == "tool" and "tool_call_id" not in fields:
        raise missing(f"{param}.tool_call_id")
    if role != "tool" and "tool_call_id" in fields:
        raise invalid(f"{param}.tool_call_id", "only a tool's message may have it")
    answered = call_id(fields["tool_call_id"], f"{param}.tool_call_id") if role == "tool" else None
    reasoning = read_reasoning(fields) if role == "assistant" else None
    return Message(role, parts, name, calls, answered, reasoning)


def read_parts(
    content: Json, param: str, rules: FieldRules, part: Callable[[Json, str, FieldRules], Part | None]
) -> tuple[Part, ...]:
    """The parts of a content: a text, or a list whose items `part` reads. An empty text is no part."""
    if isinstance(content, str):
        return (TextPart(content),) if content else ()
    parts = (part(item, where, rules) for where, item in items(a_list(content, param, most=MAX_PARTS), param))
    return tuple(each for each in parts if each is not None)


def words_part(fields: JsonObject, name: str, param: str) -> TextPart | None:
    """A part whose words stand in the field `name`; None where they are empty."""
    words = a_text(required(fields, name, param), f"{param}.{name}")
    return TextPart(words) if words else None


def image_of(part: JsonObject) -> Json:
    """What `image_url` holds. Mistral's clients write the address itself in place of an object."""
    image = part.get("image_url")
    return {"url": image} if isinstance(image, str) else image


def picture_part(fields: JsonObject, name: str, param: str, rules: FieldRules) -> ImagePart:
    """A picture whose address stands in the field `name`, its detail beside it."""
    where = f"{param}.{name}"
    url = a_text(required(fields, name, param), where)
    detail = fields.get("detail")
    if detail is not None:
        one_of("auto", "low", "high", "original")(detail, f"{param}.detail")
    return ImagePart(rules.picture(url, where), detail)


def _part(value: Json, param: str, rules: FieldRules) -> Part | None:
    kind = value.get("type") if isinstance(value, dict) else None
    match kind:
        case "text":
            return words_part(TEXT.of(value, param, rules), "text", param)
        case "image_url":
            where = f"{param}.image_url"
            required(IMAGE.of(value, param, rules), "image_url", param)
            return picture_part(IMAGE_URL.of(image_of(value), where, rules), "url", where, rules)
        case "refusal":
            return words_part(REFUSAL.of(value, param, rules), "refusal", param)
        case str() if kind in UNSEEN_PARTS:
            raise unsupported(param, f"no agent can look at a part of type {kind} yet")
    raise invalid(f"{param}.type", "one of text, image_url is expected")


def _calls(fields: JsonObject, role: Role, param: str, rules: FieldRules) -> tuple[ToolCall, ...]:
    if "tool_calls" not in fields:
        return ()
    param = f"{param}.tool_calls"
    calls = a_list(fields["tool_calls"], param, most=MAX_CALLS)
    if calls and role != "assistant":
        raise invalid(param, "only an assistant's message may have tool calls")
    return tuple(_call(item, place, rules) for place, item in items(calls, param))


def _call(value: Json, param: str, rules: FieldRules) -> ToolCall:
    if isinstance(value, dict) and value.get("type") == "custom":
        raise unsupported(param, "custom tools are not supported; use function tools")
    fields = CALL.of(value, param, rules)
    one_of("function")(fields.get("type", "function"), f"{param}.type")
    called = CALLED.of(required(fields, "function", param), f"{param}.function", rules)
    identity = call_id(required(fields, "id", param), f"{param}.id")
    name = text(MAX_NAME)(required(called, "name", f"{param}.function"), f"{param}.function.name")
    arguments = a_text(called.get("arguments", ""), f"{param}.function.arguments")
    return ToolCall(identity, name, arguments, signature(fields, param))


def signature(fields: JsonObject, param: str) -> str | None:
    """What a call was signed with by the host that made it, as JSON text; None where it was not."""
    signed = fields.get("extra_content")
    if signed is None:
        return None
    if not is_signature(signed):
        raise invalid(f"{param}.extra_content", "must be a signature: names, and text in base64")
    return canonical(signed)


def call_id(value: Json, param: str) -> str:
    """The id of a call, as a model gave it. It reaches the model and is no word: it has the alphabet of ids."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise invalid(param, f"must be an id: at most {MAX_ID} ASCII letters, digits and . : + / = | ~ @ _ -")
    return value
