"""What is done with finished runs: `situguard-bench report`, `rejudge`, `merge` and `view`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from inspect_ai import view as inspect_view
from rich.console import Console

from benchmarks.cli import options
from benchmarks.cli.attacks import print_attacks
from benchmarks.cli.problems import explained
from benchmarks.errors import OptionInvalid
from benchmarks.harness.logs import LOGS
from benchmarks.harness.merge import merge as merge_shards
from benchmarks.harness.plan import read_plan
from benchmarks.harness.run import BenchmarkRun, Display, Execution
from benchmarks.harness.run import rejudge as judge_again
from benchmarks.report.attacks import arms_under_attack
from benchmarks.report.page import ReportOptions, write_report
from benchmarks.report.rows import FinishedRun

Run = Annotated[Path, typer.Argument(help=options.OUT)]


def report(
    run: Run,
    *,
    price: Annotated[str | None, typer.Option(help="Dollars for a million tokens in/out, for example 2.5/10.")] = None,
    beside: Annotated[
        Path | None, typer.Option(help="A run of benign requests (mossbench) over the same arms, for over-refusal.")
    ] = None,
) -> None:
    """Write the run's report: one HTML file that works offline, and the tables as CSV."""
    with explained():
        chosen = ReportOptions(options.price_of(price) if price else None, FinishedRun.read(beside) if beside else None)
        finished = FinishedRun.read(run)
        paths = write_report(finished, chosen)
        print_attacks(arms_under_attack(finished, finished.judges[0]))
    console = Console(soft_wrap=True)
    for path in paths:
        console.print(path)


def rejudge(
    run: Run,
    *,
    judge: options.JudgeName = None,
    judge_url: options.JudgeUrl = "https://api.openai.com/v1",
    judge_key_env: options.JudgeKey = "OPENAI_API_KEY",
    judge_rubric: options.JudgeRubric = "",
    judge_temperature: options.JudgeTemperature = "0",
    concurrency: options.Concurrency = 8,
    cache: options.Cache = True,
    display: options.Display = "rich",
) -> None:
    """Judge the stored answers of a run by another judge. The report then shows both, and how far they agree."""
    spec = options.judge_spec(judge, judge_url, judge_key_env, judge_rubric, judge_temperature)
    with explained():
        if spec is None:
            raise OptionInvalid("say who judges: --judge MODEL, or --judge-rubric for a rule")
        execution = Execution(concurrency, cache, cast(Display, display))
        count = judge_again(BenchmarkRun.open(run, execution), spec)
    Console(soft_wrap=True).print(f"{count} answers judged: {spec.name}.", style="bold green")


def merge(
    out: Annotated[Path, typer.Argument(help="Folder for the whole run.")],
    shards: Annotated[list[Path], typer.Argument(help="The folder of every shard.")],
) -> None:
    """Put the shards of one run together."""
    with explained():
        plan = merge_shards(out, shards)
    Console(soft_wrap=True).print(f"{len(shards)} shards, {plan.cases} cases: {out}", style="bold green")


def view(
    run: Run,
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On this machine only.")] = 7575,
) -> None:
    """Open Inspect's log viewer: every request, reply, guard account and judgement."""
    with explained():
        read_plan(run)
    inspect_view(log_dir=str(run / LOGS), host="127.0.0.1", port=port)
