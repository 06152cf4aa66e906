"""What calls cost."""

from __future__ import annotations

import pytest

from agents.meter import Call
from agents.models.base import Usage
from guard.config import Price
from service.keys.prices import Cost, charge, cost


def test_costs_follow_the_table_and_models_outside_it_are_free() -> None:
    prices = {"large": Price(input=2.0, output=8.0), "small": Price(input=0.1, output=0.2)}
    calls = [
        Call("large", Usage(1_000_000, 500_000)),
        Call("small", Usage(0, 1_000_000)),
        Call("local", Usage(9, 9), estimated=True),
    ]
    assert cost(calls, prices).amount == pytest.approx(6.2)
    assert not cost(calls, prices).estimated
    assert cost([Call("small", Usage(10, 10), estimated=True)], prices).estimated
    assert cost(calls, {}) == Cost()


@pytest.mark.parametrize(
    ("price", "usage", "amount"),
    [
        (Price(input=4, output=0), Usage(1_000_000, 9, cached_tokens=500_000), 4.0),
        (Price(input=4, cached=1, output=0), Usage(1_000_000, 9, cached_tokens=500_000), 2.5),
        (Price(input=4, cached=0, output=0), Usage(1_000_000, 9, cached_tokens=1_000_000), 0.0),
        (Price(input=4, cached=1, output=0), Usage(10, 0, cached_tokens=1_000_000), 10e-6),
        (Price(input=4, cached=1, output=8), Usage(100, 10, companion_tokens=110), (210 * 4 + 10 * 8) / 1e6),
    ],
)
def test_cached_tokens_have_their_own_price_and_a_companion_s_are_input(
    price: Price, usage: Usage, amount: float
) -> None:
    assert charge(price, usage) == pytest.approx(amount)
