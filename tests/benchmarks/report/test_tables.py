"""The numbers of the report, on rows made by hand."""

from __future__ import annotations

import pytest

from benchmarks.case import Side
from benchmarks.metrics import average_accuracy, side_accuracy
from benchmarks.report.tables import by_category, comparisons, judge_agreements, lines
from tests.benchmarks.report.made import policies, record, rows


def test_the_tables_tell_a_guard_from_a_refuser() -> None:
    raw, perfect, refuser = rows()
    measures = (average_accuracy(), side_accuracy(Side.UNSAFE))
    table = lines((raw, perfect, refuser), measures)
    assert [line.cells[0].value for line in table if line.cells[0]] == [0.5, 1.0, 0.5]
    better, same = comparisons((raw, perfect, refuser), raw, measures)
    assert (better.test.only_before, better.test.only_after) == (0, 20)
    assert better.p_holm < 0.0001
    assert same.test.p_value == 1.0
    assert better.differences[0] is not None
    assert better.differences[0].value == 0.5


def test_categories_are_tested_against_the_baseline_with_one_correction() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser), raw)
    assert table.categories == ("fire", "glass")
    assert table.counts == (20, 20)
    (_, cells), (_, others) = table.rows
    assert [cell.share for cell in cells] == [1.0, 1.0]
    assert cells[0].p_holm == pytest.approx(4 * 2 / 2**10)
    assert all(cell.p_holm == 1.0 for cell in others)


def test_policies_that_need_no_model_stand_in_the_table_of_categories_too() -> None:
    raw, perfect, refuser = rows()
    table = by_category((raw, perfect, refuser, *policies()), raw)
    assert {row.title: shares for row, shares in table.policies} == {
        "always answer": (0.5, 0.5),
        "always refuse": (0.5, 0.5),
        "random": (0.5, 0.5),
    }


def test_two_judges_with_one_rubric_are_compared_label_by_label() -> None:
    found = judge_agreements([record(label="2", second="2"), record(label="0", second="1")], ["one", "two"])
    assert found[0].on == "labels"
    assert found[0].found.observed == 0.5
