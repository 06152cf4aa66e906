"""What requests cost by the price table, added up on the keys that they came with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agents.meter import Call
from agents.models.base import JsonObject
from service.gate.request_context import RequestContext
from service.keys.authenticator import Authenticator
from service.keys.prices import cost

DIGITS = 9  # behind the point, in records: a thousandth of the cheapest token


@dataclass(frozen=True)
class Billing:
    """Charges keys by the prices of the configuration that a request began with, whatever replaced it meanwhile."""

    authenticator: Authenticator

    def account(self, context: RequestContext, calls: Iterable[Call]) -> JsonObject | None:
        """What a request's calls cost, for a record; None where the configuration has no prices."""
        if not context.prices:
            return None
        spent = cost(calls, context.prices)
        return {"amount": round(spent.amount, DIGITS), "estimated": spent.estimated}

    def charge(self, context: RequestContext, calls: Iterable[Call]) -> None:
        """Add what a request's calls cost to what its key has spent."""
        key = context.caller.key
        if key is not None and context.prices:
            self.authenticator.charge(key, cost(calls, context.prices).amount)
