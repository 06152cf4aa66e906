"""How an endpoint's API differs from OpenAI's own, and the request body that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from agents.models.base import Json, JsonObject, ModelRequest
from agents.models.openai_format import Address, data_url, message_to_wire

MaxTokensField = Literal["max_tokens", "max_completion_tokens"]
Structured = Literal["json_schema", "json_object", "none"]


@dataclass(frozen=True)
class Dialect:
    """What to send differently.

    `structured` is how far the endpoint can constrain a reply; where it cannot, the prompt alone asks for the form.
    `extra` holds fixed options (such as `reasoning_effort`), which override the request's. `drop` names options that
    the endpoint refuses (such as `temperature`), and fields of turns (such as `reasoning_content`). `reasoning_effort`
    is sent where a request names none.
    """

    max_tokens_field: MaxTokensField = "max_tokens"
    structured: Structured = "json_schema"
    extra: Mapping[str, Json] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    reasoning_effort: str | None = None


def request_body(
    upstream: str, request: ModelRequest, dialect: Dialect, *, stream: bool, address: Address = data_url
) -> JsonObject:
    """The body to post, built from our own object field by field (design law 1)."""
    effort = {"reasoning_effort": dialect.reasoning_effort} if dialect.reasoning_effort else {}
    options = {name: value for name, value in {**effort, **request.options}.items() if name not in dialect.drop}
    for name in ("max_tokens", "max_completion_tokens"):
        if name in options:
            options.setdefault(dialect.max_tokens_field, options[name])
            if name != dialect.max_tokens_field:
                del options[name]
    if "response_format" in options:
        kind = options["response_format"].get("type")
        if dialect.structured == "none":
            del options["response_format"]
        elif dialect.structured == "json_object" and kind == "json_schema":
            options["response_format"] = {"type": "json_object"}
    body: JsonObject = {**options, **dialect.extra}
    body["model"] = upstream
    body["messages"] = [message_to_wire(message, address, dialect.drop) for message in request.messages]
    body["stream"] = stream
    if not stream:
        body.pop("stream_options", None)
    return body
