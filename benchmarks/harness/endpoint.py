"""One request to an OpenAI-compatible endpoint: a conversation in; out comes the reply, with the guard's account of it.

The same call serves the arms, the judges and the latency probe. Knows no benchmark and no harness.
"""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Any, cast
from urllib.parse import urlsplit

from openai import APIResponseValidationError, AsyncOpenAI, AsyncStream, DefaultAsyncHttpxClient
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.chat.chat_completion import ChoiceLogprobs

from benchmarks.case import Turn
from benchmarks.pictures import Picture

GUARD_HEADERS = "x-guard-"
TIMEOUT_SECONDS = 300.0
NO_KEY = "none"  # the client wants a key even where the endpoint does not


@dataclass(frozen=True)
class Tokens:
    """What a request cost, as the endpoint counts."""

    input: int = 0
    output: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.input + other.input, self.output + other.output)


@dataclass(frozen=True)
class Reply:
    """A reply. `model` is the name under which the endpoint replied. `guard` is the proxy's account of it, `headers`
    the guard's own; both empty for other endpoints. `first_tokens` are the likeliest first ones with their log
    probabilities, where these were asked for and given.
    """

    text: str
    tokens: Tokens
    seconds: float
    finish: str = "stop"
    model: str = ""
    guard: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    first_tokens: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Timing:
    """A streamed request: seconds to the first text, and to the end."""

    first: float
    total: float


@dataclass(frozen=True)
class Address:
    """Where an endpoint is, and the key for it; the key shows up nowhere."""

    url: str
    key: str = field(default=NO_KEY, repr=False)

    @property
    def host(self) -> str:
        """The host and port."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @classmethod
    def with_key(cls, url: str, key_env: str) -> Address:
        """The address with the key that an environment variable holds; without a name or a value, no key."""
        return cls(url, os.environ.get(key_env, NO_KEY) if key_env else NO_KEY)

    def client(self) -> AsyncOpenAI:
        """A client that never retries: who asks decides that.

        Inspect ends its event loop without closing models. The SDK's default transport minds that, this one does not.
        """
        transport = DefaultAsyncHttpxClient(timeout=TIMEOUT_SECONDS)
        return AsyncOpenAI(base_url=self.url, api_key=self.key, max_retries=0, http_client=transport)


Messages = Sequence[ChatCompletionMessageParam]
Ask = Callable[[AsyncOpenAI, str, Messages, Mapping[str, Any]], Awaitable[Reply]]


def wire_messages(turns: Sequence[Turn]) -> list[ChatCompletionMessageParam]:
    """The conversation in OpenAI's shape, every picture inline with the type that its bytes have."""

    def wire_part(part: str | Picture) -> dict[str, Any]:
        if isinstance(part, str):
            return {"type": "text", "text": part}
        return {"type": "image_url", "image_url": {"url": data_url(part)}}

    messages = [{"role": str(turn.role), "content": [wire_part(part) for part in turn.parts]} for turn in turns]
    return cast("list[ChatCompletionMessageParam]", messages)


def data_url(picture: Picture) -> str:
    """The picture's own bytes, never re-encoded."""
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.read()).decode()}"


async def complete(client: AsyncOpenAI, model: str, messages: Messages, options: Mapping[str, Any]) -> Reply:
    """Ask once. Raises `openai.APIError`, also where the body is no completion."""
    began = time.monotonic()
    raw = await client.chat.completions.with_raw_response.create(model=model, messages=messages, **options)
    seconds = time.monotonic() - began
    try:
        body = raw.parse()
        choice, usage = body.choices[0], body.usage
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise APIResponseValidationError(raw.http_response, None, message="the body is no chat completion") from error
    guard = (body.model_extra or {}).get("guard")
    return Reply(
        text=choice.message.content or choice.message.refusal or "",
        tokens=Tokens(usage.prompt_tokens, usage.completion_tokens) if usage else Tokens(),
        seconds=seconds,
        finish=choice.finish_reason or "stop",
        model=body.model or "",
        guard=guard if isinstance(guard, dict) else {},
        headers={name: value for name, value in raw.headers.items() if name.startswith(GUARD_HEADERS)},
        first_tokens=first_tokens(choice.logprobs),
    )


def first_tokens(logprobs: ChoiceLogprobs | None) -> Mapping[str, float]:
    """The likeliest first tokens of a reply with their log probabilities, those of one text together; empty where the
    endpoint gives none.
    """
    content = (logprobs.content if logprobs else None) or []
    found: dict[str, float] = {}
    for top in (content[0].top_logprobs or []) if content else ():
        found[top.token] = found.get(top.token, 0.0) + exp(top.logprob)
    return {token: log(chance) for token, chance in found.items() if chance}


async def clock(client: AsyncOpenAI, model: str, messages: Messages, options: Mapping[str, Any]) -> Timing:
    """Ask once, streamed, and time the first text and the end. Raises `openai.APIError`."""
    began = time.monotonic()
    first: float | None = None
    stream = cast(
        "AsyncStream[ChatCompletionChunk]",
        await client.chat.completions.create(model=model, messages=messages, stream=True, **options),
    )
    async for chunk in stream:
        if first is None and any(choice.delta.content or choice.delta.refusal for choice in chunk.choices):
            first = time.monotonic() - began
    total = time.monotonic() - began
    return Timing(total if first is None else first, total)
