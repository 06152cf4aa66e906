"""`situguard-bench run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console

from benchmarks.benchmark import Benchmark
from benchmarks.case import Case, CaseSet
from benchmarks.cli import options
from benchmarks.cli.forecasting import print_forecast
from benchmarks.cli.locating import located
from benchmarks.cli.problems import explained
from benchmarks.cli.proxying import ProxyChoice
from benchmarks.harness.arms import chosen_arms, deployed_arms
from benchmarks.harness.endpoint import Address
from benchmarks.harness.forecast import Pace, forecast
from benchmarks.harness.latency import PROBES, probe, read_latencies, write_latencies
from benchmarks.harness.logs import FOLDER
from benchmarks.harness.plan import Plan
from benchmarks.harness.planning import Wanted
from benchmarks.harness.run import Display, Job, Manner, run_job
from benchmarks.harness.stored import read_cases, write_cases
from benchmarks.registry import find_benchmark
from benchmarks.sampling import stratified

RUNS = Path("runs")
EMBEDDED_NOTE = (
    "The embedded model understands only a drawn toy world. On photographs its scores show that data, protocol and "
    "report work; they say nothing about any guard: a model that recognises nothing is not sure of anything, and that "
    "alone looks like safety wherever answering is wrong."
)


def run(
    benchmark: Annotated[str, typer.Argument(help="One of `situguard-bench list`.")],
    *,
    setting: Annotated[str | None, typer.Option(help="One of its settings; the first by default.")] = None,
    data: Annotated[
        str, typer.Option(help="Folder of the release; hub, or hub:REVISION (as hub:v1.1), fetches it from the hub.")
    ] = "",
    wording: Annotated[str, typer.Option(help="default, or compact for small models such as the embedded one.")] = "",
    arm: Annotated[list[str] | None, typer.Option(help="A deployment; may be given again. All by default.")] = None,
    control: Annotated[
        list[str] | None, typer.Option(help="blank picture, swapped picture, text only, or all; may be given again.")
    ] = None,
    control_arm: Annotated[list[str] | None, typer.Option(help="An arm for the controls; may be given again.")] = None,
    url: Annotated[str | None, typer.Option(help="A running proxy's API, /v1 included.")] = None,
    config: Annotated[Path | None, typer.Option(help="Serve this configuration for the run.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Serve every arm over the embedded model for the run.")] = False,
    key_env: Annotated[str, typer.Option(help="Environment variable that holds the proxy's key.")] = "",
    judge: options.JudgeName = None,
    judge_url: options.JudgeUrl = "https://api.openai.com/v1",
    judge_key_env: options.JudgeKey = "OPENAI_API_KEY",
    judge_rubric: options.JudgeRubric = "",
    judge_temperature: options.JudgeTemperature = "0",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many cases, stratified; pairs stay whole.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the sample and of the swapped pictures.")] = 7,
    shard: Annotated[str, typer.Option(help="A part of the run, as 2/4.")] = "1/1",
    partial: Annotated[bool, typer.Option("--partial", help="Accept a folder that lacks pictures.")] = False,
    out: Annotated[Path | None, typer.Option(help=options.OUT)] = None,
    concurrency: options.Concurrency = 8,
    temperature: Annotated[str, typer.Option(help="Of the arms: a number, or `none`.")] = "0",
    max_tokens: Annotated[int, typer.Option(min=1, help="Of an answer.")] = 512,
    cache: options.Cache = True,
    probes: Annotated[int, typer.Option(min=0, help="Cases of the latency probe; 0 makes none.")] = PROBES,
    display: options.Display = "rich",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it will cost, and spend nothing.")] = False,
    price: Annotated[str, typer.Option(help="Dollars for a million tokens in/out, for the dry run.")] = "0/0",
    judge_price: Annotated[str, typer.Option(help="The same for the judge.")] = "0/0",
    seconds_per_call: Annotated[float, typer.Option(help="What a call takes, for the dry run.")] = 3.0,
) -> None:
    """Ask the cases of a benchmark of every arm. The same command goes on with a run that was stopped."""
    proxy = ProxyChoice(url, config, demo, key_env)
    with explained():
        proxy.check()
        chosen = find_benchmark(benchmark)
        folder, origin = located(chosen, data)
        wanted = Wanted(
            benchmark=chosen,
            folder=folder,
            origin=origin,
            setting=setting,
            wording=wording or ("compact" if demo and "compact" in chosen.wordings else "default"),
            partial=partial,
            limit=limit,
            seed=seed,
            shard=options.shard_of(shard),
            controls=tuple(control or ()),
            controlled=tuple(control_arm or ()),
            judge=options.judge_spec(judge, judge_url, judge_key_env, judge_rubric, judge_temperature),
            temperature=options.number_or_none(temperature),
            max_tokens=max_tokens,
            note=EMBEDDED_NOTE if demo and not chosen.generated else "",
        )
        cases = wanted.cases()
        with proxy.address() as address:
            plan = wanted.plan(cases, chosen_arms(deployed_arms(address.url, address.key), arm or ()))
            if dry_run:
                prices = options.price_of(price), options.price_of(judge_price)
                rubrics = wanted.rubrics(cases.cases)
                rows = forecast(plan, cases.cases, rubrics, prices, Pace(seconds_per_call, concurrency))
                print_forecast(plan, rows, seconds_per_call)
                return
            manner = Manner(concurrency, cache, cast(Display, display))
            _carry_out(_job(plan, chosen, cases, out or _out(plan), manner), address, probes)


def _carry_out(job: Job, address: Address, probes: int) -> None:
    console = Console(soft_wrap=True)
    if not run_job(job, address):
        console.print(f"Not finished; the same command goes on. Logs: {job.folder / FOLDER}", style="bold yellow")
        raise typer.Exit(1)
    if probes and not read_latencies(job.folder):
        console.print("Latency: one request at a time …", style="dim")
        write_latencies(job.folder, probe(job.plan, _probed(job, probes), address))
    console.print(f"Finished: {job.folder}. Next: situguard-bench report {job.folder}", style="bold green")


def _job(plan: Plan, benchmark: Benchmark, cases: CaseSet, out: Path, manner: Manner) -> Job:
    plan.hold(out)
    write_cases(out, cases)
    return Job(plan, benchmark, read_cases(out), out, manner)


def _probed(job: Job, count: int) -> tuple[Case, ...]:
    return stratified(tuple(job.cases.values()), count, job.plan.seed)


def _out(plan: Plan) -> Path:
    part = "" if plan.shard == (1, 1) else f"-{plan.shard[0]}-of-{plan.shard[1]}"
    return RUNS / f"{plan.benchmark}-{plan.setting}{part}"
