"""What a request's options mean to a local checkpoint, under OpenAI's names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agents.errors import ModelFailed
from agents.models.base import Json, JsonObject
from agents.models.openai_format import wants_usage

DEFAULT_TOKENS = 1024  # where a request names no limit
ANY_OBJECT: JsonObject = {"type": "object"}
BAD_REQUEST = 400  # a local checkpoint refuses what an endpoint would refuse, in the same way


@dataclass(frozen=True)
class ReplyOptions:
    """Read once, when a request comes in. `temperature` 0 takes the likeliest token; `schema` binds the reply."""

    max_tokens: int = DEFAULT_TOKENS
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    schema: JsonObject | None = None
    usage: bool = False


def read_options(model: str, options: Mapping[str, Json], *, temperature: float = 0.0) -> ReplyOptions:
    """The options that a local checkpoint knows; `temperature` stands where the request names none.

    Asking for several replies, tools or log-probabilities raises `ModelFailed` with status 400. What only shifts
    probabilities (penalties, biases) is ignored.
    """
    refused = options.get("n") not in (None, 1) or options.get("tools") or options.get("logprobs")
    if refused:
        raise ModelFailed(model, "status", status=BAD_REQUEST)
    return ReplyOptions(
        max_tokens=options.get("max_completion_tokens") or options.get("max_tokens") or DEFAULT_TOKENS,
        temperature=_number(options, "temperature", temperature),
        top_p=_number(options, "top_p", 1.0),
        seed=options.get("seed"),
        stop=_stop(options.get("stop")),
        schema=_schema(options.get("response_format")),
        usage=wants_usage(options.get("stream_options")),
    )


def _number(options: Mapping[str, Json], name: str, default: float) -> float:
    value = options.get(name)
    return default if value is None else float(value)


def _stop(stop: str | list[str] | None) -> tuple[str, ...]:
    texts = [stop] if isinstance(stop, str) else stop or []
    return tuple(text for text in texts if text)


def _schema(response_format: JsonObject | None) -> JsonObject | None:
    match response_format:
        case {"type": "json_schema", "json_schema": {"schema": dict(schema)}}:
            return schema
        case {"type": "json_object" | "json_schema"}:
            return ANY_OBJECT
    return None
