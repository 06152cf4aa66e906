"""The rows of a run: repeats of an arm are one row."""

from __future__ import annotations

from benchmarks.metrics import average_accuracy
from benchmarks.report.judged import JudgedTables
from benchmarks.report.rows import Kind
from tests.benchmarks.report.made import CASES
from tests.benchmarks.report.stored import stored_run


def test_the_repeats_of_an_arm_are_one_row_that_holds_every_answer() -> None:
    run = stored_run(lambda arm, case, repeat: repeat == 1, "raw", "situational", repeats=2)
    arms = [row for row in run.rows("by rule") if row.kind is Kind.ARM]
    assert [row.title for row in arms] == ["raw", "situational"]
    assert all(len(row.scored) == len(row.records) == 2 * len(CASES) for row in arms)
    assert average_accuracy().of(arms[0].scored) == 0.5
    tables = JudgedTables.of(run, "by rule")
    assert [(title, parts.unstable) for title, parts in tables.repeats] == [("raw", 1.0), ("situational", 1.0)]


def test_a_repeat_that_failed_leaves_with_the_whole_question() -> None:
    run = stored_run(lambda arm, case, repeat: True, "raw", repeats=2)
    lost = [record for record in run.records if record.condition.repeat == 1 or record.case_id != CASES[0].id]
    partly = type(run)(run.folder, run.plan, run.benchmark, run.cases, tuple(lost), limit=0.1)
    (row,) = (row for row in partly.rows("by rule") if row.kind is Kind.ARM)
    assert len(row.scored) == 2 * (len(CASES) - 2)  # both sides, both times
    assert partly.pending("by rule").by_row == {"raw": 0, "raw, repeat 2": 1}
