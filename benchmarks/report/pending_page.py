"""The report of a run in which too much is pending: no rate, what failed and why, and what to do."""

from __future__ import annotations

from pathlib import Path

from benchmarks.pending import Pending
from benchmarks.report.rows import FinishedRun
from benchmarks.report.templates import template

PAGE = "report.html"
TEMPLATE = "pending.html.j2"


def write_pending_page(run: FinishedRun, pending: Pending) -> Path:
    """Write the page into the run's folder, in the place of the report; its path."""
    path = run.folder / PAGE
    page = template(TEMPLATE).render(
        benchmark=run.benchmark, options=run.plan.options, pending=pending, folder=run.folder, judge=run.judges[0]
    )
    path.write_text(page, encoding="utf-8")
    return path
