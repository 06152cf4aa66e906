"""What requests cost: on their record by the price table, and added up on the key that they came with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from agents.meter import Call
from agents.models.base import Usage
from service.keys.key import KeyLimits
from tests.service.gate.in_process import CLIENT, PRICES, opened
from tests.service.test_keys import make_key
from tests.service.test_spending import spent

CALLS = [Call("answers", Usage(100, 10)), Call("judges", Usage(1000, 100)), Call("nobody", Usage(10**6, 10**6))]
AMOUNT = 0.1 + 0.02 + 0.01 + 0.002  # by the million tokens: 1000 and 2000 for answers, 10 and 20 for judges


async def test_calls_cost_what_their_models_do_and_one_without_a_price_costs_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path, prices=PRICES) as app:
        assert app.service.gate.billing.account(app.context(), CALLS) == {
            "amount": pytest.approx(AMOUNT),
            "estimated": False,
        }
        assert app.service.gate.billing.account(app.context(), []) == {"amount": 0, "estimated": False}


async def test_an_estimate_makes_the_sum_one(tmp_path: Path) -> None:
    async with opened(tmp_path, prices=PRICES) as app:
        account = app.service.gate.billing.account(app.context(), [*CALLS, Call("judges", Usage(1, 0), estimated=True)])
    assert account == {"amount": pytest.approx(AMOUNT + 0.00001), "estimated": True}


async def test_a_thousandth_of_the_cheapest_token_still_shows(tmp_path: Path) -> None:
    async with opened(tmp_path, prices={"judges": {"input": 0.001, "output": 0}}) as app:
        assert app.service.gate.billing.account(app.context(), [Call("judges", Usage(1, 0))]) == {
            "amount": 1e-9,
            "estimated": False,
        }


async def test_without_prices_a_record_says_nothing_of_cost(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        assert app.service.gate.billing.account(app.context(), CALLS) is None


@pytest.mark.parametrize(("prices", "amount"), [(PRICES, 2 * AMOUNT), (None, 0.0)])
async def test_what_is_charged_is_on_the_key_once_the_service_has_ended(
    tmp_path: Path, prices: dict[str, dict[str, float]] | None, amount: float
) -> None:
    token = make_key(tmp_path, KeyLimits())
    key_id = token.split("_")[2]
    async with opened(tmp_path, prices=prices) as app:
        billing = app.service.gate.billing
        for _ in range(2):
            billing.charge(app.context(key=replace(CLIENT, id=key_id)), CALLS)
        billing.charge(app.context(), CALLS)
    assert spent(tmp_path, token) == pytest.approx(amount)
