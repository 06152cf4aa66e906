"""`situguard-bench list`: what can be run and who can judge."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from benchmarks.cli.problems import explained
from benchmarks.controls import CONTROLS
from benchmarks.registry import benchmark_names, find_benchmark, rubric_names


def list_known() -> None:
    """List the benchmarks, their settings and headline figures, and the judges' rubrics."""
    console = Console()
    with explained():
        console.print(_benchmarks())
        console.print(f"[bold]controls[/]  {', '.join(CONTROLS)}")
        console.print(f"[bold]rubrics[/]   {', '.join(rubric_names())}")


def _benchmarks() -> Table:
    table = Table("name", "what it is", "settings", "wording", "headline", "data", title="Benchmarks")
    for name in benchmark_names():
        each = find_benchmark(name)
        table.add_row(
            name,
            each.title,
            ", ".join(each.settings),
            ", ".join(each.wordings),
            each.measures[0].name,
            each.source,
        )
    return table
