"""Growth is told from a swing."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.chaos.memory import Sample, floors, growth


def hour(held: Callable[[float], float], seed: int = 1) -> list[Sample]:
    """A sample a second, each with up to 100 MB more than is held, as large replies come and go."""
    dice = random.Random(seed)
    return [Sample(second, held(second) + dice.random() * 100) for second in range(3600)]


def test_a_swing_is_no_growth() -> None:
    assert abs(growth(floors(hour(lambda _: 200.0), 300))) < 1


@pytest.mark.parametrize("leak", [5.0, 80.0])
def test_a_leak_under_a_swing_is_growth(leak: float) -> None:
    assert growth(floors(hour(lambda second: 200 + leak * second / 3600), 300)) == pytest.approx(leak, abs=2)


def test_what_is_held_for_some_minutes_is_no_growth() -> None:
    assert abs(growth(floors(hour(lambda second: 300.0 if 3000 < second < 3400 else 200.0), 300))) < 1


def test_too_little_tells_nothing() -> None:
    assert growth(floors([Sample(1, 200.0)], 300)) == 0
