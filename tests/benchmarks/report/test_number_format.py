"""Numbers as people read them."""

from __future__ import annotations

from benchmarks.report.number_format import p_in_words, percent, points, seconds, with_interval
from benchmarks.statistics import Interval


def test_numbers_are_printed_as_people_read_them() -> None:
    assert with_interval(Interval(0.8833, 0.82, 0.93, 9)) == "88.3 (82.0–93.0)"
    assert points(Interval(-0.1, -0.2, 0.0, 9)) == "-10.0 (-20.0 to +0.0)"
    assert (p_in_words(0.00001), p_in_words(0.03)) == ("p < 0.0001", "p = 0.030")
    assert (seconds(0.25), seconds(1.5)) == ("250 ms", "1.50 s")


def test_nothing_is_less_than_zero_by_a_rounding() -> None:
    assert percent(-1e-17) == "0.0"
