"""Our endpoints as Inspect models: the guard's account of a reply is kept, and what fails for a moment is asked again.

An address is not part of a model's name: a proxy that comes back on another port is the same arm.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from inspect_ai.model import (
    CachePolicy,
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    Content,
    ContentImage,
    ContentText,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    RetryDecision,
    StopReason,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo
from inspect_ai.util import AdaptiveConcurrency
from openai import APIError, AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from tenacity import RetryCallState
from tenacity.wait import wait_base

from benchmarks.case import Role, Turn
from benchmarks.decoding import MAX_TOKENS, Sampling
from benchmarks.harness.endpoint import Address, Ask, Reply, Tokens, complete, data_url
from benchmarks.harness.failures import Fuse, Kind, failure_of
from benchmarks.pictures import Picture

PROVIDER = "situguard"
FILTERED: Final = "content_filter"
FIRST_TOKENS = "first_tokens"  # in the metadata of a model's output
RETRIES = 8  # after the first try; with the waits below that is four minutes
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
COOLDOWN_SECONDS = 5.0  # one limit makes many requests fail at once, which counts as one
MESSAGE: Mapping[Role, type[ChatMessageSystem | ChatMessageUser | ChatMessageAssistant]] = {
    Role.SYSTEM: ChatMessageSystem,
    Role.USER: ChatMessageUser,
    Role.ASSISTANT: ChatMessageAssistant,
}


@dataclass(frozen=True)
class Patience:
    """How often a request that failed for a moment is asked again, for how many seconds in all, and how many may be
    under way at once: fewer where the endpoint limits, more again where it does not.
    """

    retries: int = RETRIES
    seconds: int = 900
    concurrency: int = 8

    @property
    def connections(self) -> AdaptiveConcurrency:
        """Inspect's controller: it halves what is under way at a limit, and grows again by single requests."""
        return AdaptiveConcurrency(
            min=1, start=self.concurrency, max=self.concurrency, cooldown_seconds=COOLDOWN_SECONDS, decrease_factor=0.5
        )


def generate_config(sampling: Sampling, patience: Patience) -> GenerateConfig:
    """Both as Inspect has them. What is sent is part of a cached reply's key, the patience is not."""
    usual = sampling.token_field == MAX_TOKENS
    limit = {} if usual or sampling.max_tokens is None else {sampling.token_field: sampling.max_tokens}
    return GenerateConfig(
        temperature=sampling.temperature,
        max_tokens=sampling.max_tokens if usual else None,
        extra_body={**limit, **sampling.extra} or None,
        max_retries=patience.retries,
        timeout=patience.seconds,
        adaptive_connections=patience.connections,
    )


class Backoff(wait_base):
    """Seconds before the next try: what the endpoint names, else twice as many each time, never the same for two."""

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        named = failure_of(error).retry_after if isinstance(error, Exception) else None
        usual = min(FIRST_WAIT_SECONDS * 2.0 ** (retry_state.attempt_number - 1), LONGEST_WAIT_SECONDS)
        return (usual if named is None else named) + random.uniform(0, usual)


class EndpointAPI(ModelAPI):
    """An endpoint. A failure that says nothing about the request is asked again; a refusal counts for the fuse."""

    def __init__(self, model: str, address: Address, fuse: Fuse, ask: Ask = complete) -> None:
        super().__init__(model)
        self._address = address
        self._fuse = fuse
        self._ask = ask
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def _connected(self) -> AsyncOpenAI:
        """The client of the running loop. Each log is judged in a loop of its own, and connections do not outlive
        theirs.
        """
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = self._address.client(), loop
        return self._client

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name for it
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """One request. What a content filter refused is a reply without words. Raises `APIError` and `RunStopped`."""
        self._fuse.check()
        messages = cast("list[ChatCompletionMessageParam]", [_wire_message(message) for message in input])
        chosen = {"temperature": config.temperature, "max_tokens": config.max_tokens, "extra_body": config.extra_body}
        options = {name: value for name, value in chosen.items() if value is not None}
        try:
            reply = await self._ask(self._connected(), self.model_name, messages, options)
        except APIError as error:
            failure = failure_of(error, self._address.key)
            if failure.kind is Kind.FILTERED:
                self._fuse.replied(self.model_name)
                return self._output(Reply("", Tokens(), 0.0, FILTERED))
            if failure.of_all:
                self._fuse.refused(self.model_name, failure.words)
            raise
        self._fuse.replied(self.model_name)
        return self._output(reply)

    def _output(self, reply: Reply) -> ModelOutput:
        tokens = reply.tokens
        stop: StopReason = FILTERED if reply.finish == FILTERED else "stop"
        return ModelOutput(
            model=self.model_name,
            choices=[ChatCompletionChoice(message=ChatMessageAssistant(content=reply.text), stop_reason=stop)],
            usage=ModelUsage(
                input_tokens=tokens.input, output_tokens=tokens.output, total_tokens=tokens.input + tokens.output
            ),
            metadata={
                "guard": dict(reply.guard),
                "headers": dict(reply.headers),
                "seconds": round(reply.seconds, 4),
                "finish": reply.finish,
                "model": reply.model,
                **({FIRST_TOKENS: dict(reply.first_tokens)} if reply.first_tokens else {}),
            },
        )

    def should_retry(self, ex: Exception) -> RetryDecision:
        """Again after whatever says nothing about the request; a limit makes fewer requests go at once."""
        failure = failure_of(ex) if isinstance(ex, APIError) else None
        if failure is None or failure.kind is not Kind.AGAIN:
            return RetryDecision.no()
        again = RetryDecision.rate_limit if failure.limited else RetryDecision.transient
        return again(failure.retry_after)

    def retry_wait(self) -> wait_base:
        """How long before the next try."""
        return Backoff()

    def connection_key(self) -> str:
        """Each endpoint has its own limit of concurrent requests."""
        return f"{self._address.url}/{self.model_name}"

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def endpoint_model(
    model: str, address: Address, sampling: Sampling, patience: Patience, fuse: Fuse, *, ask: Ask = complete
) -> Model:
    """A deployment of the proxy, a model that judges, or a guard of others, which is asked in its own way. What a
    registered maker is passed is logged: only the name.
    """

    def make(model_name: str) -> ModelAPI:
        return EndpointAPI(model_name, address, fuse, ask)

    @modelapi(name=PROVIDER)
    def endpoint() -> Callable[[str], ModelAPI]:
        return make

    api: ModelAPI = endpoint(model)
    return Model(api, generate_config(sampling, patience))


def cache_policy(enabled: bool, **scopes: str) -> CachePolicy | bool:
    """Replies are cached for good, keyed by `scopes` beside all that is sent."""
    return CachePolicy(expiry=None, per_epoch=False, scopes=scopes) if enabled else False


def chat_messages(turns: Sequence[Turn]) -> list[ChatMessage]:
    """A conversation as Inspect has it, its pictures inline."""

    def content(part: str | Picture) -> Content:
        return ContentText(text=part) if isinstance(part, str) else ContentImage(image=data_url(part))

    return [MESSAGE[turn.role](content=[content(part) for part in turn.parts]) for turn in turns]


def _wire_message(message: ChatMessage) -> dict[str, Any]:
    """One of Inspect's messages in OpenAI's shape."""
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content}
    parts: list[dict[str, Any]] = []
    for part in message.content:
        if isinstance(part, ContentImage):
            parts.append({"type": "image_url", "image_url": {"url": part.image}})
        elif isinstance(part, ContentText):
            parts.append({"type": "text", "text": part.text})
        else:
            raise TypeError(f"a case holds texts and pictures, not {part.type}")
    return {"role": message.role, "content": parts}
