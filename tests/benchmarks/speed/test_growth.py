"""Exponents: level, linear and worse, read where fixed costs weigh least."""

from __future__ import annotations

import pytest

from benchmarks.speed.growth import Curve, Point, exponent

AMOUNTS = (1, 4, 16, 64, 256)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_a_power_is_found(power: float) -> None:
    assert exponent([(amount, 3 * amount**power) for amount in AMOUNTS]) == pytest.approx(power)


def test_a_fixed_cost_does_not_hide_what_grows_worse() -> None:
    assert exponent([(amount, 5 + amount**2 / 100) for amount in AMOUNTS]) > 1.5


def test_two_points_are_enough() -> None:
    curve = Curve("turns", "turns", [Point(1, 2.0, 4.0), Point(10, 20.0, 4.0)])
    assert curve.exponent == pytest.approx(1)
    assert curve.wait_exponent == pytest.approx(0)
