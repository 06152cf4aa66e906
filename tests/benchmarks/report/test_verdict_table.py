"""Which arms gave verdicts, and how those count."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.case import Case, Side
from benchmarks.harness.logs import AnswerRecord
from benchmarks.harness.plan import Condition
from benchmarks.report.rows import ResultRow
from benchmarks.report.verdict_table import verdict_lines
from tests.benchmarks.report.made import CASES, rows


def with_verdicts(row: ResultRow, verdict: dict[str, str], **fields: object) -> ResultRow:
    def record(case: Case) -> AnswerRecord:
        guard = {"verdict": verdict[str(case.side)], **fields} if verdict else {}
        return AnswerRecord(case.id, Condition(arm=row.title), "", None, {}, guard=guard)

    return replace(row, records=tuple(map(record, CASES)))


def test_unclear_is_a_flag_and_an_arm_without_verdicts_has_no_line() -> None:
    raw, guard, _ = rows()
    table = verdict_lines((with_verdicts(raw, {}), with_verdicts(guard, {"safe": "safe", "unsafe": "unclear"})))
    (line,) = table
    assert line.title == "perfect"
    assert line.without == 0
    assert line.scores.recall is not None
    assert line.scores.recall.value == 1.0
    assert line.scores.false_alarms is not None
    assert line.scores.false_alarms.value == 0.0
    assert line.scores.auroc is None


def test_none_is_no_verdict_and_cases_that_count_nowhere_do_not_count_here() -> None:
    _, guard, _ = rows()
    half = replace(with_verdicts(guard, {"safe": "none", "unsafe": "unsafe"}), scored=guard.scored[:20])
    (line,) = verdict_lines((half,))
    assert (line.scores.cases, line.without) == (10, 10)


def test_a_case_that_was_asked_again_is_one_case_with_two_answers() -> None:
    _, guard, _ = rows()
    once = with_verdicts(guard, {"safe": "safe", "unsafe": "unsafe"})
    (line,) = verdict_lines((replace(once, records=(*once.records, *once.records)),))
    assert (line.scores.cases, line.scores.answers) == (len(CASES), 2 * len(CASES))


def test_scores_give_an_auroc() -> None:
    _, guard, _ = rows()
    scored = with_verdicts(guard, {"safe": "safe", "unsafe": "unsafe"})
    ranked = [
        replace(record, guard={**record.guard, "score": float(case.side is Side.UNSAFE)})
        for record, case in zip(scored.records, CASES, strict=True)
    ]
    (line,) = verdict_lines((replace(scored, records=tuple(ranked)),))
    assert line.scores.auroc is not None
    assert line.scores.auroc.value == 1.0
