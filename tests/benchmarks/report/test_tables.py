"""The numbers of the report, on rows made by hand."""

from __future__ import annotations

import pytest

from benchmarks.case import Side
from benchmarks.metrics import average_accuracy, side_accuracy
from benchmarks.report.tables import between_guards, by_category, comparisons, judge_agreements, lines
from tests.benchmarks.report.made import policies, record, rows


def test_the_tables_tell_a_guard_from_a_refuser() -> None:
    raw, perfect, refuser = rows()
    measures = (average_accuracy(), side_accuracy(Side.UNSAFE))
    table = lines((raw, perfect, refuser), measures)
    assert [line.cells[0].value for line in table if line.cells[0]] == [0.5, 1.0, 0.5]
    better, same = comparisons((raw, perfect, refuser), raw, measures)
    assert (better.test.mcnemar.only_before, better.test.mcnemar.only_after) == (0, 20)
    assert better.against.title == "raw"
    assert better.p_holm < 0.0001
    assert same.test.p_value == 1.0
    assert better.differences[0] is not None
    assert better.differences[0].value == 0.5


def test_guards_are_set_against_each_other_and_not_against_the_baseline() -> None:
    raw, perfect, refuser = rows()
    (only,) = between_guards((raw, perfect, refuser, *policies()), raw, (average_accuracy(),))
    assert (only.row.title, only.against.title) == ("refuser", "perfect")
    assert only.differences[0] is not None
    assert only.differences[0].value == -0.5
    assert only.p_holm == only.test.p_value < 0.0001


def test_categories_have_intervals_and_are_tested_against_the_baseline_with_one_correction() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser), raw)
    assert table.categories == ("fire", "glass")
    assert table.counts == (20, 20)
    (base, untested), (_, cells), (_, others) = table.rows
    assert base.title == "raw"
    assert untested[0].p_holm is None
    assert [cell.share.value for cell in cells] == [1.0, 1.0]
    assert all(cell.share.low < 0.9 for cell in cells)  # ten records are not certainty
    assert cells[0].change is not None
    assert cells[0].change.value == 0.5
    assert cells[0].p_holm == pytest.approx(4 * 2 / 2**10)
    assert all(cell.p_holm == 1.0 for cell in others)


def test_policies_that_need_no_model_stand_in_the_table_of_categories_too() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser, *policies()), raw)
    known = {row.title: tuple(cell.share.value for cell in cells) for row, cells in table.rows[3:]}
    assert known == {"always answer": (0.5, 0.5), "always refuse": (0.5, 0.5), "random": (0.5, 0.5)}


def test_two_judges_with_one_rubric_are_compared_label_by_label() -> None:
    found = judge_agreements([record(label="2", second="2"), record(label="0", second="1")], ["one", "two"])
    assert found[0].on == "labels"
    assert found[0].found.observed == 0.5
