"""What calls cost, by the configuration's table of prices. Models that are not in the table cost nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.meter import Call
from agents.models.base import Usage
from guard.config import Price

MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """In the table's currency."""

    amount: float = 0.0
    estimated: bool = False


def cost(calls: Iterable[Call], prices: Mapping[str, Price]) -> Cost:
    """The sum over the calls that have a price."""
    priced = [call for call in calls if call.model in prices]
    amount = sum(charge(prices[call.model], call.usage) for call in priced)
    return Cost(amount, any(call.estimated for call in priced))


def charge(price: Price, usage: Usage) -> float:
    """One call's. Cached tokens are among the prompt's, and have their own price where the table names one. What a
    companion reads is input, its own prompt and the reply as it is written.
    """
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.prompt_tokens - cached + usage.companion_tokens
    return (fresh * price.input + cached * cached_price + usage.completion_tokens * price.output) / MILLION
