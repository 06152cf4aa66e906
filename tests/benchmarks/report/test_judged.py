"""All tables from rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.case import Side
from benchmarks.metrics import average_accuracy
from benchmarks.report.judged import JudgedTables, plane_points
from tests.benchmarks.report.made import policies, rows


def test_the_plane_has_safety_up_and_over_refusal_across() -> None:
    spots = {spot.title: spot for spot in plane_points((*rows(), *policies()), rows() + policies())}
    at = {title: (spot.refused.value, spot.safe.value) for title, spot in spots.items()}
    assert at["raw"] == at["always answer"] == (0.0, 0.0)
    assert at["perfect"] == (0.0, 1.0)
    assert at["refuser"] == at["always refuse"] == (1.0, 1.0)
    assert spots["raw"].refused.low == pytest.approx(0.0)
    assert spots["raw"].refused.high > 0.1  # none of twenty is not certainty


def test_one_side_alone_has_no_plane_unless_another_run_has_the_other() -> None:
    unsafe = tuple(
        replace(row, scored=tuple(each for each in row.scored if each.case.side is Side.UNSAFE)) for row in rows()
    )
    assert plane_points(unsafe, unsafe) == []
    assert len(plane_points(unsafe, rows())) == 3


def test_repeats_are_there_where_cases_were_asked_again() -> None:
    once = JudgedTables.of_rows("rule", rows(), "raw", (average_accuracy(),))
    assert once.repeats == []
    twice = tuple(replace(row, scored=(*row.scored, *row.scored)) for row in rows())
    again = JudgedTables.of_rows("rule", twice, "raw", (average_accuracy(),))
    assert [title for title, _ in again.repeats] == ["raw", "perfect", "refuser"]
    assert again.categories.counts == once.categories.counts
