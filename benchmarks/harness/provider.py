"""Our endpoints as a model of Inspect AI: the guard's account of a reply is kept, and nothing is retried in secret.

An address is not part of a model's name: a proxy that comes back on another port is the same arm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from benchmarks.harness.endpoint import Address, Reply, complete, data_url
from benchmarks.pictures import Picture

PROVIDER = "situguard"
PASSING_TROUBLE = frozenset({408, 409, 429, 500, 502, 503, 504})
CONNECTION_TRIES = 3


class EndpointAPI(ModelAPI):
    """An endpoint. A patient one (a judge) is asked again after passing trouble; an arm never is: its failures are
    part of what is measured. Either is asked again where nobody listens, which says nothing about the guard.
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
        """One request."""
        self._client = self._client or self._address.client()
        messages = cast("list[ChatCompletionMessageParam]", [_wire(message) for message in input])
        return _output(self.model_name, await complete(self._client, self.model_name, messages, _options(config)))

    def should_retry(self, ex: Exception) -> bool:
        """Only what says nothing about the arm; a timeout says something."""
        if isinstance(ex, APIStatusError):
            return self._patient and ex.status_code in PASSING_TROUBLE
        return isinstance(ex, APIConnectionError) and (self._patient or not isinstance(ex, APITimeoutError))

    def connection_key(self) -> str:
        """Each endpoint has its own number of requests under way."""
        return f"{self._address.url}/{self.model_name}"

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None


def arm_model(arm: str, address: Address, *, temperature: float | None, max_tokens: int) -> Model:
    """A deployment of the proxy."""
    return Model(_api(arm, address, patient=False), _config(temperature, max_tokens))


def judge_model(model: str, address: Address, *, temperature: float | None, max_tokens: int) -> Model:
    """A model that judges."""
    return Model(_api(model, address, patient=True), _config(temperature, max_tokens))


def _api(model: str, address: Address, *, patient: bool) -> ModelAPI:
    """An endpoint that Inspect knows by name. What is passed to a registered maker is logged: so only the name is."""

    def make(model_name: str) -> ModelAPI:
        return EndpointAPI(model_name, address, patient=patient)

    @modelapi(name=PROVIDER)
    def endpoint() -> Callable[[str], ModelAPI]:
        return make

    api: ModelAPI = endpoint(model)
    return api


def chat_messages(turns: Sequence[Turn]) -> list[ChatMessage]:
    """A conversation as Inspect has it, its pictures inline."""
    return [_message(turn) for turn in turns]


def cache_policy(enabled: bool, **scopes: str) -> CachePolicy | bool:
    """Replies are kept for good, under all that decided them beside the messages."""
    return CachePolicy(expiry=None, per_epoch=False, scopes=scopes) if enabled else False


def _config(temperature: float | None, max_tokens: int) -> GenerateConfig:
    return GenerateConfig(temperature=temperature, max_tokens=max_tokens, max_retries=CONNECTION_TRIES)


def _options(config: GenerateConfig) -> dict[str, Any]:
    chosen = {"temperature": config.temperature, "max_tokens": config.max_tokens}
    return {name: value for name, value in chosen.items() if value is not None}


def _message(turn: Turn) -> ChatMessage:
    content: list[Content] = [_content(part) for part in turn.parts]
    if turn.role is Role.SYSTEM:
        return ChatMessageSystem(content=content)
    return ChatMessageUser(content=content) if turn.role is Role.USER else ChatMessageAssistant(content=content)


def _content(part: str | Picture) -> Content:
    return ContentText(text=part) if isinstance(part, str) else ContentImage(image=data_url(part))


def _wire(message: ChatMessage) -> dict[str, Any]:
    if isinstance(message.content, str):
        return {"role": message.role, "content": message.content}
    return {"role": message.role, "content": [_wire_part(part) for part in message.content]}


def _wire_part(part: Content) -> dict[str, Any]:
    if isinstance(part, ContentImage):
        return {"type": "image_url", "image_url": {"url": part.image}}
    if isinstance(part, ContentText):
        return {"type": "text", "text": part.text}
    raise TypeError(f"a case holds texts and pictures, not {part.type}")


def _output(model: str, reply: Reply) -> ModelOutput:
    tokens = reply.tokens
    return ModelOutput(
        model=model,
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
