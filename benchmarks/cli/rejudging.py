"""`situguard-bench rejudge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from benchmarks.cli import options
from benchmarks.cli.problems import explained
from benchmarks.harness.plan import read_plan
from benchmarks.harness.planning import OptionInvalid
from benchmarks.harness.rejudge import rejudge as judge_again
from benchmarks.harness.run import Display, Job, Manner
from benchmarks.harness.stored import read_cases
from benchmarks.registry import find_benchmark


def rejudge(
    run: Annotated[Path, typer.Argument(help=options.OUT)],
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
    """Judge the stored answers of a run by another judge; the report then shows both, and how far they agree."""
    spec = options.judge_spec(judge, judge_url, judge_key_env, judge_rubric, judge_temperature)
    with explained():
        if spec is None:
            raise OptionInvalid("say who judges: --judge MODEL, or --judge-rubric for a rule")
        plan = read_plan(run)
        manner = Manner(concurrency, cache, cast(Display, display))
        job = Job(plan, find_benchmark(plan.benchmark), read_cases(run), run, manner)
        count = judge_again(job, spec)
    Console(soft_wrap=True).print(f"{count} answers judged by {spec.name}.", style="bold green")
