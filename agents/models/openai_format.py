"""OpenAI's wire format: our turns as an endpoint takes them, and our models' replies as clients read them."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import orjson

from agents.conversation import ImagePart, Message, Part
from agents.images import Picture
from agents.models.base import JsonObject, Usage

ID_BYTES = 12  # as long as the ids that OpenAI gives
MAX_ID = 4096  # characters; gateways keep a model's signature in the id of a call
ID = re.compile(rf"[\w.:+/=|~@-]{{1,{MAX_ID}}}", re.ASCII)
"""What is no word: the alphabet of ids."""

Address = Callable[[Picture], str]
"""What stands in a request for a picture."""


def data_url(picture: Picture) -> str:
    """The picture itself."""
    return picture.data_url


def message_to_wire(message: Message, address: Address = data_url, drop: Collection[str] = ()) -> JsonObject:
    """One turn in the form of a chat completion request. A single text becomes a plain string.

    Of what a host wants back (reasoning, and the signatures of calls in `extra_content`), `drop` leaves fields out.
    """
    content: str | list[JsonObject] | None = [_part(part, address) for part in message.parts]
    if not message.parts:
        content = None if message.tool_calls else ""
    elif len(message.parts) == 1 and not isinstance(message.parts[0], ImagePart):
        content = message.parts[0].text
    wire: JsonObject = {"role": message.role, "content": content}
    if message.name is not None:
        wire["name"] = message.name
    if message.tool_calls:
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
                **(_signed(call.signature) if "extra_content" not in drop else {}),
            }
            for call in message.tool_calls
        ]
    if message.reasoning is not None:
        fields = orjson.loads(message.reasoning.fields)
        wire |= {name: value for name, value in fields.items() if name not in drop}
    if message.tool_call_id is not None:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def usage_to_wire(usage: Usage) -> JsonObject:
    """Usage as a completion reports it, and what is ours of it where there is any."""
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.prompt_tokens + usage.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        **({"companion_tokens": usage.companion_tokens} if usage.companion_tokens else {}),
    }


def _logprobs_to_wire(content: list[JsonObject] | None) -> JsonObject | None:
    return {"content": content, "refusal": None} if content else None


def _signed(signature: str | None) -> JsonObject:
    return {} if signature is None else {"extra_content": orjson.loads(signature)}


def _part(part: Part, address: Address) -> JsonObject:
    if not isinstance(part, ImagePart):
        return {"type": "text", "text": part.text}
    image: JsonObject = {"url": address(part.picture)}
    if part.detail is not None:
        image["detail"] = part.detail
    return {"type": "image_url", "image_url": image}


@dataclass(frozen=True)
class Envelope:
    """What all bodies of one reply share: the model's name, an id, and the second it was made."""

    model: str
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(ID_BYTES)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def completion(
        self, text: str, usage: Usage, finish_reason: str = "stop", logprobs: list[JsonObject] | None = None
    ) -> JsonObject:
        """A whole `chat.completion`."""
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {
            "index": 0,
            "message": message,
            "logprobs": _logprobs_to_wire(logprobs),
            "finish_reason": finish_reason,
        }
        return {**self._head("chat.completion"), "choices": [choice], "usage": usage_to_wire(usage)}

    def opening(self) -> JsonObject:
        """The first chunk: the role, and no text yet."""
        return self.chunk({"role": "assistant", "content": ""})

    def piece(self, text: str, logprobs: list[JsonObject] | None = None) -> JsonObject:
        """A chunk with new text."""
        return self.chunk({"content": text}, logprobs=logprobs)

    def ending(self, finish_reason: str = "stop", logprobs: list[JsonObject] | None = None) -> JsonObject:
        """The last chunk with a choice."""
        return self.chunk({}, finish_reason, logprobs)

    def accounts(self, usage: Usage) -> JsonObject:
        """The chunk after all others, where usage was asked for."""
        return {**self._head("chat.completion.chunk"), "choices": [], "usage": usage_to_wire(usage)}

    def chunk(
        self, delta: JsonObject, finish_reason: str | None = None, logprobs: list[JsonObject] | None = None
    ) -> JsonObject:
        """A chunk with any delta."""
        choice = {"index": 0, "delta": delta, "logprobs": _logprobs_to_wire(logprobs), "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> JsonObject:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


def wants_usage(options: object) -> bool:
    """Whether a request's `stream_options` ask for usage in the last chunk."""
    return isinstance(options, dict) and options.get("include_usage") is True
