"""What a guard of others is, as a run's file describes it, and what it says of one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict

from benchmarks.harness.endpoint import Messages, Reply, Tokens

REFUSAL = "I'm sorry, I can't help with that."  # what a person gets where a guard only says no


class GuardSpec(BaseModel):
    """A guard of others: its adapter, its address, and the arm that answers what it lets through (the baseline unless
    it is named; a proxy answers itself). Its key is in the environment, under `key_env`. `extra` goes into each request
    as it is. A `threshold` flags by the score in place of the guard's own verdict.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    adapter: str
    url: str
    model: str = ""
    key_env: str = ""
    answers: str = ""
    description: str = ""
    extra: dict[str, Any] = {}
    refused: tuple[str, ...] = ()
    threshold: float | None = None


@dataclass(frozen=True)
class GuardSays:
    """A guard's verdict on one request. `score`: how unsafe, from 0 to 1, where it has one. `reply` is the answer of a
    guard that is a proxy; None where the guard only looks at the request.
    """

    verdict: Literal["safe", "unsafe", "unclear"]
    score: float | None = None
    categories: tuple[str, ...] = ()
    tokens: Tokens = field(default_factory=Tokens)
    model: str = ""
    reply: Reply | None = None

    def account(self) -> Mapping[str, Any]:
        """As a reply's account has it, in the proxy's own words."""
        action = "release" if self.verdict == "safe" else "refuse"
        known = {"verdict": self.verdict, "action": action, "categories": list(self.categories)}
        return known if self.score is None else {**known, "score": self.score}


Check = Callable[[AsyncOpenAI, GuardSpec, Messages, Mapping[str, Any]], Awaitable[GuardSays]]
