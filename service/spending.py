"""Spending: what requests cost by the price table, added up on the keys that they came with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agents.agent import Report
from agents.findings import Finding
from agents.models.base import JsonObject
from agents.writer import Written
from guard.config import Price
from guard.verdict import Composed, Ruling
from service.keys.doorkeeper import Doorkeeper
from service.keys.key import ClientKey
from service.keys.prices import Call, cost

DIGITS = 9  # behind the point, in records: a thousandth of the cheapest token


@dataclass(frozen=True)
class Spending:
    """The prices, and who keeps the sums."""

    prices: Mapping[str, Price]
    doorkeeper: Doorkeeper

    def account(self, calls: Iterable[Call]) -> JsonObject | None:
        """What calls cost, for a record; None where the configuration has no prices."""
        if not self.prices:
            return None
        spent = cost(calls, self.prices)
        return {"amount": round(spent.amount, DIGITS), "estimated": spent.estimated}

    def charge(self, key: ClientKey | None, calls: Iterable[Call]) -> None:
        """Add what calls cost to what the key has spent."""
        if key is not None and self.prices:
            self.doorkeeper.charge(key, cost(calls, self.prices).amount)


def calls_of_ruling(ruling: Ruling) -> Iterator[Call]:
    """The agents', and the method's own reply."""
    yield from calls_of_reports(ruling.reports)
    yield from _calls_of_writing(ruling.written)


def calls_of_composed(composed: Composed | None) -> Iterator[Call]:
    """A text that stands in, and the review of it."""
    if composed is not None:
        yield from calls_of_reports(composed.reports)
        yield from _calls_of_writing(composed.written)


def calls_of_reports(reports: Iterable[Report[Finding]]) -> Iterator[Call]:
    """One for each report: its usage has the re-ask in it."""
    return (Call(report.model, report.usage) for report in reports)


def _calls_of_writing(written: Written | None) -> Iterator[Call]:
    if written is not None:
        yield Call(written.model, written.usage)
