"""The report of a run in which too much is pending: no rate, what failed and why, and what to do."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from benchmarks.pending import Pending
from benchmarks.report.number_format import percent
from benchmarks.report.rows import FinishedRun

PAGE = "report.html"
TEMPLATE = "pending.html.j2"


def write_pending_page(run: FinishedRun, pending: Pending) -> Path:
    """Write the page into the run's folder, in the place of the report; its path."""
    environment = Environment(
        loader=PackageLoader("benchmarks.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["percent"] = percent
    path = run.folder / PAGE
    page = environment.get_template(TEMPLATE).render(
        benchmark=run.benchmark, options=run.plan.options, pending=pending, folder=run.folder, judge=run.judges[0]
    )
    path.write_text(page, encoding="utf-8")
    return path
