"""What requests cost by the price table, added up on the keys that they came with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agents.meter import Call
from agents.models.base import JsonObject
from guard.config import Price
from guard.holder import GuardHolder
from service.keys.authenticator import Authenticator
from service.keys.key import ClientKey
from service.keys.prices import cost

DIGITS = 9  # behind the point, in records: a thousandth of the cheapest token


@dataclass(frozen=True)
class Billing:
    """Charges keys by the prices of the guard that serves now."""

    guards: GuardHolder
    authenticator: Authenticator

    @property
    def prices(self) -> Mapping[str, Price]:
        """By model; empty where the configuration has none."""
        return self.guards.current.prices

    def account(self, calls: Iterable[Call]) -> JsonObject | None:
        """What calls cost, for a record; None where the configuration has no prices."""
        if not self.prices:
            return None
        spent = cost(calls, self.prices)
        return {"amount": round(spent.amount, DIGITS), "estimated": spent.estimated}

    def charge(self, key: ClientKey | None, calls: Iterable[Call]) -> None:
        """Add what calls cost to what the key has spent."""
        if key is not None and self.prices:
            self.authenticator.charge(key, cost(calls, self.prices).amount)
