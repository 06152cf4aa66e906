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
from benchmarks.decoding import MAX_TOKENS
from benchmarks.harness.logs import LOGS
from benchmarks.harness.merge import merge as merge_shards
from benchmarks.harness.plan import JudgeSpec, read_plan
from benchmarks.harness.preflight import check_judge
from benchmarks.harness.provider import RETRIES, Patience
from benchmarks.harness.run import BenchmarkRun, Display, Execution
from benchmarks.harness.run import rejudge as judge_again
from benchmarks.pending import LIMIT, Filtered
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
    against: Annotated[
        Path | None, typer.Option(help="A stored run to compare with, on the questions that both runs asked.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the tables as tables.md, too.")] = False,
    latex: Annotated[bool, typer.Option("--latex", help="Write the tables as tables.tex, too.")] = False,
    pending_limit: options.PendingLimit = 100 * LIMIT,
    filtered: options.FilteredAs = Filtered.REFUSAL,
) -> None:
    """Write the run's report: one HTML file that works offline, a page for every question, and the tables as CSV."""
    with explained():
        chosen = ReportOptions(
            price=options.price_of(price) if price else None,
            beside=FinishedRun.read(beside) if beside else None,
            against=FinishedRun.read(against) if against else None,
            markdown=markdown,
            latex=latex,
        )
        found = FinishedRun.read(run, limit=pending_limit / 100, filtered=filtered)
        paths = write_report(found, chosen)
    console = Console(soft_wrap=True)
    for path in paths:
        console.print(path)
    if found.pending(found.judges[0]).too_many:
        console.print("Too much has no result yet: the report shows no rates, and says what to do.", style="bold red")
        raise typer.Exit(1)
    attacked = arms_under_attack(found, found.judges[0])
    print_attacks(attacked)
    if any(arm.too_many for arm in attacked):
        console.print("Too much under attack has no result yet. The same `run` asks for it.", style="bold red")
        raise typer.Exit(1)


def rejudge(
    run: Run,
    *,
    judge: options.JudgeName = None,
    judge_url: options.JudgeUrl = "https://api.openai.com/v1",
    judge_key_env: options.JudgeKey = "OPENAI_API_KEY",
    judge_rubric: options.JudgeRubric = "",
    judge_temperature: options.JudgeTemperature = "",
    judge_tokens: options.JudgeTokens = None,
    judge_token_field: options.JudgeTokenField = MAX_TOKENS,
    judge_effort: options.JudgeEffort = "",
    judge_extra: options.JudgeExtra = "",
    judge_prompt: options.JudgePrompt = None,
    judge_batch: options.JudgeBatch = False,
    judge_panel: options.JudgePanel = None,
    concurrency: options.Concurrency = 8,
    retries: options.Retries = RETRIES,
    cache: options.Cache = True,
    display: options.Display = "quiet",
) -> None:
    """Judge the stored answers of a run: by another judge, which the report then shows beside the first, or, where none
    is named, by the run's own where it failed. No arm is asked.
    """
    judging = options.JudgeRequest(
        *(judge_temperature, judge_tokens, judge_token_field, judge_effort, judge_extra, judge_prompt, judge_batch),
        judge_panel,
    )
    with explained():
        execution = Execution(Patience(retries, concurrency=concurrency), cache, cast(Display, display))
        stored = BenchmarkRun.open(run, execution)
        named = options.judge_spec(judge, judge_url, judge_key_env, judge_rubric, judging, benchmark=stored.benchmark)
        spec = named or stored.plan.options.judge or JudgeSpec()
        if spec.panel:
            check_judge(stored, spec)
        done = judge_again(stored, spec)
    console = Console(soft_wrap=True)
    console.print(f"{done.labelled} answers judged: {spec.name}.", style="bold green")
    if done.failed:
        console.print(f"{done.failed} judgements failed. The same command asks again for them.", style="bold red")
        raise typer.Exit(1)


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
