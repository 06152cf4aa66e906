"""What a request is sent beside its messages. Knows no harness and no HTTP client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_TOKENS = "max_tokens"
TOKEN_FIELDS = (MAX_TOKENS, "max_completion_tokens")


@dataclass(frozen=True)
class Sampling:
    """`token_field` is the name under which the endpoint takes `max_tokens`; `extra` goes into the body as it is.
    A temperature or a limit that is None is not sent. The defaults are this project's own.
    """

    temperature: float | None = 0.0
    max_tokens: int | None = 512
    token_field: str = MAX_TOKENS
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """As results name it."""
        sent = {"temperature": self.temperature, self.token_field: self.max_tokens, **self.extra}
        return tuple((name, str(value)) for name, value in sent.items())

    @property
    def body(self) -> dict[str, Any]:
        """As a request's body has it."""
        chosen = {"temperature": self.temperature, self.token_field: self.max_tokens}
        return {**{name: value for name, value in chosen.items() if value is not None}, **self.extra}


DEFAULT_SAMPLING = Sampling()
