"""`situguard-bench report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.cli import options
from benchmarks.cli.problems import explained
from benchmarks.report.page import Choices, write_report
from benchmarks.report.rows import Run


def report(
    run: Annotated[Path, typer.Argument(help=options.OUT)],
    *,
    price: Annotated[str | None, typer.Option(help="Dollars for a million tokens in/out, as 2.5/10.")] = None,
    beside: Annotated[
        Path | None, typer.Option(help="A run of benign requests (mossbench) over the same arms, for over-refusal.")
    ] = None,
) -> None:
    """Write the run's report: one HTML file that works offline, and the tables as CSV."""
    with explained():
        choices = Choices(options.price_of(price) if price else None, Run.read(beside) if beside else None)
        paths = write_report(Run.read(run), choices)
    console = Console(soft_wrap=True)
    for path in paths:
        console.print(path)
