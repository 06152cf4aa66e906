"""The page of a run in which too much is pending shows no rate, and says what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.errors import NoCases
from benchmarks.harness.plan import RunOptions
from benchmarks.report.page import ReportOptions, write_report
from benchmarks.report.rows import FinishedRun
from tests.benchmarks.folders import mssbench_folder
from tests.benchmarks.harness.runs import lay_out


def test_a_run_that_was_not_carried_out_has_a_page_without_rates(tmp_path: Path) -> None:
    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    paths = write_report(FinishedRun.read(tmp_path / "run"), ReportOptions())
    assert [path.name for path in paths] == ["report.html", "answers.csv"]
    page = paths[0].read_text(encoding="utf-8")
    assert "give the same <code>situguard-bench run</code> command again" in page
    assert "18 × not asked yet" in page
    assert re.findall(r"[\d.]+ %", page) == ["100.0 %", "2.0 %"]  # how much is missing, and the limit
    assert "accuracy" not in page


def test_a_run_that_an_earlier_version_began_without_any_case_is_an_error_in_words(tmp_path: Path) -> None:
    options = RunOptions(benchmark="mssbench-layout", setting="qc", wording="compact")
    lay_out(tmp_path / "run", mssbench_folder(tmp_path / "data"), options)
    (tmp_path / "run" / "cases.jsonl").write_bytes(b"")
    with pytest.raises(NoCases, match="mssbench-layout: no case is left to ask"):
        FinishedRun.read(tmp_path / "run")
