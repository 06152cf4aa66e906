"""Our endpoints as Inspect models: the guard's account of a reply is kept, and nothing is retried unseen.

An address is not part of a model's name: a proxy that comes back on another port is the same arm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

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
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam

from benchmarks.case import Role, Turn
from benchmarks.harness.endpoint import Address, complete, data_url
from benchmarks.pictures import Picture

PROVIDER = "situguard"
TRANSIENT_STATUSES = frozenset({408, 409, 429, 500, 502, 503, 504})
CONNECTION_TRIES = 3
MESSAGE: Mapping[Role, type[ChatMessageSystem | ChatMessageUser | ChatMessageAssistant]] = {
    Role.SYSTEM: ChatMessageSystem,
    Role.USER: ChatMessageUser,
    Role.ASSISTANT: ChatMessageAssistant,
}


class EndpointAPI(ModelAPI):
    """An endpoint. A `patient` one (a judge) is asked again after a transient error. An arm is not: its failures are
    part of what is measured. Both are asked again where nobody listens, which says nothing about the guard.
    """

    def __init__(self, model: str, address: Address, *, patient: bool) -> None:
        super().__init__(model)
        self._address = address
        self._patient = patient
        self._client: AsyncOpenAI | None = None

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name for it
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """One request. Raises `openai.APIError`."""
        self._client = self._client or self._address.client()
        messages = cast("list[ChatCompletionMessageParam]", [_wire_message(message) for message in input])
        chosen = {"temperature": config.temperature, "max_tokens": config.max_tokens, "extra_body": config.extra_body}
        options = {name: value for name, value in chosen.items() if value is not None}
        reply = await complete(self._client, self.model_name, messages, options)
        tokens = reply.tokens
        return ModelOutput(
            model=self.model_name,
            choices=[ChatCompletionChoice(message=ChatMessageAssistant(content=reply.text))],
            usage=ModelUsage(
                input_tokens=tokens.input, output_tokens=tokens.output, total_tokens=tokens.input + tokens.output
            ),
            metadata={
                "guard": dict(reply.guard),
                "headers": dict(reply.headers),
                "seconds": round(reply.seconds, 4),
                "finish": reply.finish,
            },
        )

    def should_retry(self, ex: Exception) -> bool:
        """Whether an error says nothing about the arm; a timeout does say something."""
        if isinstance(ex, APIStatusError):
            return self._patient and ex.status_code in TRANSIENT_STATUSES
        return isinstance(ex, APIConnectionError) and (self._patient or not isinstance(ex, APITimeoutError))

    def connection_key(self) -> str:
        """Each endpoint has its own limit of concurrent requests."""
        return f"{self._address.url}/{self.model_name}"

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def arm_model(
    arm: str, address: Address, *, temperature: float | None, max_tokens: int | None, extra: Mapping[str, Any]
) -> Model:
    """A deployment of the proxy."""
    return Model(_api(arm, address, patient=False), _config(temperature, max_tokens, extra))


def judge_model(
    model: str, address: Address, *, temperature: float | None, max_tokens: int | None, extra: Mapping[str, Any]
) -> Model:
    """A model that judges."""
    return Model(_api(model, address, patient=True), _config(temperature, max_tokens, extra))


def _api(model: str, address: Address, *, patient: bool) -> ModelAPI:
    """An endpoint as a registered model API. What a registered maker is passed is logged: only the name."""

    def make(model_name: str) -> ModelAPI:
        return EndpointAPI(model_name, address, patient=patient)

    @modelapi(name=PROVIDER)
    def endpoint() -> Callable[[str], ModelAPI]:
        return make

    api: ModelAPI = endpoint(model)
    return api


def _config(temperature: float | None, max_tokens: int | None, extra: Mapping[str, Any]) -> GenerateConfig:
    return GenerateConfig(
        temperature=temperature,
        max_tokens=max_tokens,
        extra_body=dict(extra) or None,
        max_retries=CONNECTION_TRIES,
    )


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
