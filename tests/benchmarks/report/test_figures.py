"""The figures: what is drawn, and where."""

from __future__ import annotations

import re
from math import nan

from benchmarks.report.figures import ForestLine, PlanePoint, forest, plane
from benchmarks.report.rows import Kind
from benchmarks.statistics import Interval


def test_the_forest_has_a_point_for_each_arm_and_escapes_its_name() -> None:
    drawn = forest(
        [ForestLine("<b>", Interval(0.2, 0.1, 0.3, 9)), ForestLine("x", Interval(0.0, nan, nan, 1))],
        "raw",
        higher_is_better=True,
    )
    assert len(re.findall("<circle", drawn)) == 2
    assert "&lt;b&gt;" in drawn
    assert "nan" not in drawn
    assert "+20.0 (+10.0 to +30.0)" in drawn


def test_points_of_the_plane_that_coincide_are_drawn_beside_each_other() -> None:
    here = Interval(0.0, 0.0, 0.1, 9)
    drawn = plane([PlanePoint("raw", Kind.ARM, here, here), PlanePoint("always answer", Kind.POLICY, here, here)])
    places = re.findall(r'<circle cx="([\d.]+)"', drawn)[:2]
    assert float(places[1]) - float(places[0]) > 15
