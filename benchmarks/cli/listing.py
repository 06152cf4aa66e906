"""`situguard-bench list`: what can be run and who can judge."""

from __future__ import annotations

from rich.console import Console

from benchmarks.benchmark import Benchmark
from benchmarks.cli.problems import explained
from benchmarks.controls import CONTROLS
from benchmarks.registry import benchmark_names, find_benchmark, rubric_names


def list_known() -> None:
    """List the benchmarks, their settings and headline figures, and the judges' rubrics."""
    console = Console(soft_wrap=True, highlight=False)
    with explained():
        for name in benchmark_names():
            console.print(_told(find_benchmark(name)))
        console.print(f"[bold]controls[/]  {', '.join(CONTROLS)}")
        console.print(f"[bold]rubrics[/]   {', '.join(rubric_names())}")


def _told(each: Benchmark) -> str:
    lines = {
        "settings": ", ".join(each.settings),
        "wordings": ", ".join(each.wordings),
        "headline": each.measures[0].name,
        "data": f"{each.source} ({each.licence})",
    }
    if each.hub:
        lines["fetched"] = ", ".join(f"--data hub:{name}" for name in each.hub.revisions)
    return f"[bold]{each.name}[/]  {each.title}\n" + "".join(f"  {name:<9} {text}\n" for name, text in lines.items())
