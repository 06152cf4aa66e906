"""Prints a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from benchmarks.harness.endpoint import Tokens
from benchmarks.harness.forecast import Forecast
from benchmarks.harness.plan import Plan


def print_forecast(plan: Plan, rows: Sequence[Forecast], seconds_per_call: float) -> None:
    """The rows and their sum, and what the estimate rests on."""
    table = Table("row", title=f"Dry run: {plan.title}, {plan.setting}, {plan.cases} cases. An estimate.")
    for column in ("requests", "calls", "tokens in", "tokens out", "dollars", "time"):
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(row.title, *_cells(row))
    table.add_section()
    table.add_row("all", *_cells(_sum(rows)), style="bold")
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(
        f"Calls of {seconds_per_call:g} s; agents' calls by each arm's method; warnings on half of the requests."
    )
    console.print("Nothing was asked of any model.")


def _cells(row: Forecast) -> tuple[str, ...]:
    time = str(timedelta(seconds=round(row.seconds)))
    counts = (row.requests, row.calls, row.tokens.input, row.tokens.output)
    return (*(f"{count:,}" for count in counts), f"{row.dollars:,.2f}", time)


def _sum(rows: Sequence[Forecast]) -> Forecast:
    return Forecast(
        "all",
        sum(row.requests for row in rows),
        sum(row.calls for row in rows),
        sum((row.tokens for row in rows), Tokens()),
        sum(row.dollars for row in rows),
        sum(row.seconds for row in rows),
    )
