"""The protocol of every model: a canonical request in, a reply in OpenAI's wire format out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from agents.conversation import Message
from agents.models.white_box import PLAIN, WhiteBox

Json = Any
JsonObject = dict[str, Any]


@dataclass(frozen=True)
class ModelRequest:
    """What a model is asked: turns, and options under OpenAI's names, such as `max_tokens` or `tools`.

    The options never hold `messages`, `model`, `stream` or anything that names an address or a key. `white_box` is for
    a model in this process; every other refuses it.
    """

    messages: tuple[Message, ...]
    options: Mapping[str, Json] = field(default_factory=dict)
    white_box: WhiteBox = PLAIN


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, or the sum of several. `cached_tokens` are those of the prompt that the engine had cached.

    `companion_tokens` are those that the second prompt of a reply decoded by contrast took beside all others.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    companion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        if self is UNUSED:  # as the first of a sum
            return other
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.cached_tokens + other.cached_tokens,
            self.companion_tokens + other.companion_tokens,
        )

    def updated(self, later: Usage) -> Usage:
        """What a stream has used, once it reports again: it counts from its beginning each time."""
        if later is UNUSED:  # as most chunks report it
            return self
        if self is UNUSED:  # as before the first report
            return later
        return Usage(
            later.prompt_tokens or self.prompt_tokens,
            later.completion_tokens or self.completion_tokens,
            later.cached_tokens or self.cached_tokens,
            later.companion_tokens or self.companion_tokens,
        )

    @staticmethod
    def of(body: JsonObject) -> Usage:
        """The usage that a completion or a chunk reports; zero where it reports none.

        Some endpoints count thinking in the total alone, and bill it as output.
        """
        usage = body.get("usage")
        if not usage:
            return UNUSED
        prompt, completion, total = map(usage.get, ("prompt_tokens", "completion_tokens", "total_tokens"))
        if None not in (prompt, completion, total):
            completion = max(completion, total - prompt)
        details = usage.get("prompt_tokens_details") or {}
        return Usage(
            int(prompt or 0),
            int(completion or 0),
            int(details.get("cached_tokens") or 0),
            int(usage.get("companion_tokens") or 0),
        )


UNUSED = Usage()


@dataclass(frozen=True)
class Completion:
    """A whole reply: `body` is a `chat.completion` object as the model sent it."""

    body: JsonObject

    @property
    def text(self) -> str:
        """The first choice's text; empty where it has none."""
        choices = self.body.get("choices") or [{}]
        return str((choices[0].get("message") or {}).get("content") or "")

    @property
    def logprobs(self) -> list[JsonObject]:
        """The first choice's tokens with their log-probabilities, in OpenAI's form; empty where it has none."""
        choices = self.body.get("choices") or [{}]
        logprobs = choices[0].get("logprobs")
        content = logprobs.get("content") if isinstance(logprobs, dict) else None
        return content if isinstance(content, list) else []

    @property
    def usage(self) -> Usage:
        return Usage.of(self.body)


@dataclass(frozen=True)
class Chunk:
    """A piece of a streamed reply: `body` is a `chat.completion.chunk` object as the model sent it."""

    body: JsonObject

    @property
    def text(self) -> str:
        """The first choice's new text; empty where the chunk has none."""
        choices = self.body.get("choices") or [{}]
        return str((choices[0].get("delta") or {}).get("content") or "")

    @property
    def usage(self) -> Usage:
        return Usage.of(self.body)


class ChatModel(Protocol):
    """A model that answers. `complete` and `stream` raise `agents.errors.ModelFailed`, and stop when cancelled."""

    @property
    def name(self) -> str:
        """The name under which findings and records speak of this model."""
        ...

    async def complete(self, request: ModelRequest) -> Completion:
        """The whole reply."""
        ...

    def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        """The reply piece by piece; the last chunk carries usage where the options ask for it.

        Close it (`contextlib.aclosing`) when leaving early: that stops the model's work.
        """
        ...

    async def start(self) -> None:
        """Make ready (load weights, open a pool). Called once before the first request."""
        ...

    async def close(self) -> None:
        """Free what `start` took. Calls under way end with `ModelFailed`."""
        ...
