"""Drift is told when it is real, and not by chance."""

from __future__ import annotations

import random

import pytest

from service.watch.drift import EARLIER, RECENT, Drift, VerdictRate, drift


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ((100, 2000), (60, 200), Drift(0.05, 0.3)),
        ((100, 2000), (12, 200), None),
        ((0, 2000), (0, 200), None),
        ((1000, 2000), (20, 200), Drift(0.5, 0.1)),
        ((5, 20), (8, 20), None),
    ],
)
def test_both_chance_and_size_count(before: tuple[int, int], now: tuple[int, int], expected: Drift | None) -> None:
    assert drift(*before, *now) == expected


def test_a_steady_rate_gives_no_alarm_and_a_turned_one_gives_one() -> None:
    dice = random.Random(7)
    rate = VerdictRate()
    steady = [rate.add(unsafe=dice.random() < 0.2) for _ in range(20_000)]
    assert [each for each in steady if each] == []
    turned = [rate.add(unsafe=dice.random() < 0.6) for _ in range(RECENT * 3)]
    assert len([each for each in turned if each]) == 1


def test_what_is_remembered_is_bounded() -> None:
    rate = VerdictRate()
    for number in range(10_000):
        rate.add(unsafe=number % 2 == 0)
    assert len(rate._earlier) <= EARLIER
    assert len(rate._recent) <= RECENT
