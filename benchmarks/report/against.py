"""This run's arms against the arms of a stored run, on the questions that both asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.case import Case
from benchmarks.errors import OptionInvalid
from benchmarks.report.rows import FinishedRun, Kind, ResultRow, of_kind
from benchmarks.report.tables import ArmComparison, compared


@dataclass(frozen=True)
class StoredComparison:
    """The comparisons with a stored run, over the `cases` that both runs have results for."""

    folder: str
    cases: int
    comparisons: list[ArmComparison]


def against_stored(run: FinishedRun, rows: Sequence[ResultRow], stored: FinishedRun) -> StoredComparison:
    """Each arm against the stored arm of the same name, else against the stored baseline.

    A question is the same if id, texts and pixels are. Raises `OptionInvalid` where the runs share none.
    """
    same = {key for key, case in run.cases.items() if key in stored.cases and asked(case) == asked(stored.cases[key])}
    before = {row.title: row for row in of_kind(stored.rows(stored.judges[0]), Kind.ARM)}
    counted = [{item.case.id for item in row.scored} for row in (*before.values(), *of_kind(rows, Kind.ARM))]
    common = same.intersection(*counted)
    if not common:
        raise OptionInvalid(f"{stored.folder} and {run.folder} have no question in common; nothing can be paired")
    base = before[stored.baseline]
    pairs = [
        (_only(before.get(row.title, base), common, " (stored)"), _only(row, common)) for row in of_kind(rows, Kind.ARM)
    ]
    measures = run.benchmark.measures[: run.benchmark.compared]
    return StoredComparison(str(stored.folder), len(common), compared(pairs, measures))


def asked(case: Case) -> tuple[str, tuple[str, ...]]:
    """What makes two cases of one id the same question."""
    return case.text, tuple(picture.sha256 for picture in case.pictures)


def _only(row: ResultRow, cases: set[str], mark: str = "") -> ResultRow:
    scored = tuple(item for item in row.scored if item.case.id in cases)
    return ResultRow(row.title + mark, row.kind, scored, row.records, row.condition)
