"""How one endpoint's idea of OpenAI's API differs from OpenAI's, and the request body that follows from it."""

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

    `structured` is how far the endpoint can bind a reply to a schema; where it cannot, the prompt alone asks for
    the form. `extra` are fixed options (say, `reasoning_effort`), which win over the request's; `drop` are options
    that the endpoint refuses (say, `temperature`).
    """

    max_tokens_field: MaxTokensField = "max_tokens"
    structured: Structured = "json_schema"
    extra: Mapping[str, Json] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()


def request_body(
    upstream: str, request: ModelRequest, dialect: Dialect, *, stream: bool, address: Address = data_url
) -> JsonObject:
    """The body to post: built from our own object, field by field (design law 1)."""
    options = {name: value for name, value in request.options.items() if name not in dialect.drop}
    body: JsonObject = {**_renamed(options, dialect), **dialect.extra}
    body["model"] = upstream
    body["messages"] = [message_to_wire(message, address) for message in request.messages]
    body["stream"] = stream
    if not stream:
        body.pop("stream_options", None)
    return body


def _renamed(options: Mapping[str, Json], dialect: Dialect) -> JsonObject:
    spoken = dict(options)
    for name in ("max_tokens", "max_completion_tokens"):
        if name in spoken:
            spoken.setdefault(dialect.max_tokens_field, spoken[name])
            if name != dialect.max_tokens_field:
                del spoken[name]
    if "response_format" in spoken:
        _loosen(spoken, dialect.structured)
    return spoken


def _loosen(options: JsonObject, structured: Structured) -> None:
    """Ask for no more structure than the endpoint knows."""
    kind = options["response_format"].get("type")
    if structured == "none":
        del options["response_format"]
    elif structured == "json_object" and kind == "json_schema":
        options["response_format"] = {"type": "json_object"}
