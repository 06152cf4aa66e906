"""What a request cost, by a table of prices. Models that are not in the table cost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.models.base import Usage

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """Of a model, for a million tokens, in any one currency."""

    prompt: float
    completion: float

    def of(self, usage: Usage) -> float:
        return (usage.prompt_tokens * self.prompt + usage.completion_tokens * self.completion) / MILLION


def cost(calls: Iterable[tuple[str, Usage]], prices: Mapping[str, Price]) -> float:
    """The sum over calls, each by its model's name."""
    return sum(prices[model].of(usage) for model, usage in calls if model in prices)
