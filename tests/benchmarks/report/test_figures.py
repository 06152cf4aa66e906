"""The figures: what is drawn, and where."""

from __future__ import annotations

import random
import re
from math import hypot, nan

import pytest

from benchmarks.report.figures import NARROW, ForestLine, PlanePoint, forest, label_places, plane
from benchmarks.report.rows import Kind
from benchmarks.statistics import Interval


def test_the_forest_has_a_point_for_each_arm_and_escapes_its_name() -> None:
    drawn = forest(
        [ForestLine("<b>", Interval(0.2, 0.1, 0.3, 9)), ForestLine("x", Interval(0.0, nan, nan, 1))],
        "raw",
        True,
    )
    assert len(re.findall("<circle", drawn)) == 2
    assert "&lt;b&gt;" in drawn
    assert "nan" not in drawn
    assert "+20.0 (+10.0 to +30.0)" in drawn


def test_where_nothing_can_be_better_neither_end_says_so() -> None:
    effect = [ForestLine("x", Interval(0.2, 0.1, 0.3, 9))]
    assert "better" in forest(effect, "raw", True)
    neutral = forest(effect, "raw", None)
    assert "better" not in neutral
    assert "higher →" in neutral


def test_a_narrow_forest_fits_a_phone_and_has_all_that_the_wide_one_has() -> None:
    effect = [ForestLine("situational-no-situation", Interval(-0.2, -1.0, 0.3, 9))]
    narrow = forest(effect, "raw", True, NARROW)
    assert 'viewBox="0 0 340' in narrow
    assert all(0 <= float(x) <= 340 for x in re.findall(r' x1?="([\d.-]+)"', narrow))
    assert "situational-no-situation" in narrow
    assert "-20.0 (-100.0 to +30.0)" in narrow


def places_of(drawn: str, radius: str) -> list[tuple[float, float]]:
    found = re.findall(rf'<circle cx="([\d.]+)" cy="([\d.]+)" r="{radius}"', drawn)
    return [(float(x), float(y)) for x, y in found]


def test_no_point_of_the_plane_is_drawn_anywhere_but_where_its_values_are() -> None:
    here, near = Interval(0.0, 0.0, 0.1, 9), Interval(0.01, 0.0, 0.1, 9)
    spots = [
        PlanePoint("raw", Kind.ARM, here, here),
        PlanePoint("always answer", Kind.POLICY, here, here),
        PlanePoint("guard", Kind.ARM, near, near),
    ]
    raw, policy, guard = places_of(plane(spots), "4.5")
    assert raw == policy
    assert guard[0] - raw[0] == pytest.approx(4.3, abs=0.11)
    assert raw[1] - guard[1] == pytest.approx(4.3, abs=0.11)


def test_the_numbers_of_points_cover_neither_points_nor_each_other() -> None:
    generator = random.Random(4)
    corner = [(60.0 + generator.random() * 12, 40.0 + generator.random() * 12) for _ in range(6)]
    points = [*corner, *corner[:3], (300.0, 200.0)]
    labels = label_places(points)
    for number, (x, y) in enumerate(labels):
        assert all(hypot(x - px, y - py) >= 14 for px, py in points)
        assert all(hypot(x - ox, y - oy) >= 18 for ox, oy in labels[:number])
