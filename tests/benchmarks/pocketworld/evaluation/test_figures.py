"""Figures are counted, with Wilson's interval."""

import pytest

from benchmarks.pocketworld.evaluation.figures import Tally, wilson
from benchmarks.pocketworld.evaluation.report import (
    percent,
)


def test_the_interval_is_wilsons() -> None:
    low, high = wilson(0.9, 50)
    assert (low, high) == pytest.approx((0.7864, 0.9565), abs=1e-4)  # as in Newcombe 1998, method 3
    assert wilson(1.0, 10)[1] == pytest.approx(1.0)
    assert wilson(0.0, 10)[0] == pytest.approx(0.0)


def test_a_tally_keeps_its_errors_and_an_empty_one_has_no_share() -> None:
    tally = Tally("things")
    tally.mark(correct=True, error="not this")
    tally.mark(correct=False, error="this")
    assert tally.figure().errors == ("this",)
    assert tally.figure().share == 0.5
    assert percent(Tally("nothing").figure()) == "-"
