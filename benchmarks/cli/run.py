"""`situguard-bench run`: which data, which proxy and which options; then the run, or a dry run."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.attacks.read import chosen_attacks
from benchmarks.benchmark import Benchmark
from benchmarks.checksum import check_release, release_sha256
from benchmarks.cli import options
from benchmarks.cli.problems import explained
from benchmarks.decoding import MAX_TOKENS
from benchmarks.errors import OptionInvalid
from benchmarks.harness.arms import chosen_arms, deployed_arms
from benchmarks.harness.attack_forecast import attack_forecast
from benchmarks.harness.case_file import write_cases
from benchmarks.harness.endpoint import Address
from benchmarks.harness.forecast import Forecast, Pace, forecast, total
from benchmarks.harness.guards.arms import outside_arms, read_guards
from benchmarks.harness.kept_scenes import as_file_text, looking_anew
from benchmarks.harness.latency import PROBES, probe, read_latencies, write_latencies
from benchmarks.harness.measured import MeasuredModel, described_models
from benchmarks.harness.plan import RunOptions, RunPlan, judge_name, load_cases, make_plan, rubric_chooser
from benchmarks.harness.preflight import checked_pictures, measure
from benchmarks.harness.provider import RETRIES, Patience
from benchmarks.harness.run import BenchmarkRun, Display, Execution, execute
from benchmarks.hub import Hub
from benchmarks.official.protocols import read_official, under
from benchmarks.official.words import OWN
from benchmarks.pending import LIMIT
from benchmarks.proxy import DEMO_ARMS, running_proxy
from benchmarks.registry import find_benchmark
from benchmarks.report.judged import JudgedTables
from benchmarks.report.rows import FinishedRun
from benchmarks.report.sheets import headline_sheet, results_sheet
from benchmarks.sampling import stratified
from guard.config import Config
from guard.config_file import read_config
from guard.methods.learned import unlearned_by_deployment

RUNS = Path("runs")
HUB = "hub"
REASONS_SHOWN = 5  # in the terminal; the report has all
EMBEDDED_NOTE = (
    "The embedded model understands only a drawn toy world. On photographs its scores show that data, protocol and "
    "report work. They say nothing about any guard: a model that recognises nothing is never sure, and that alone "
    "looks like safety wherever answering is wrong."
)


def run(
    benchmark: Annotated[str, typer.Argument(help="One of `situguard-bench list`.")],
    *,
    setting: options.Setting = None,
    data: options.Data = "",
    wording: options.Wording = "",
    limit: options.Limit = None,
    seed: options.Seed = 7,
    shard: options.Shard = "1/1",
    order: options.Order = None,
    repeats: options.Repeats = 1,
    partial: options.Partial = False,
    protocol: options.Protocol = OWN,
    official: options.Official = None,
    checksum: options.Checksum = "",
    url: options.ProxyUrl = None,
    config: options.Config = None,
    demo: options.Demo = False,
    key_env: options.ProxyKey = "",
    arm: options.Arms = None,
    guard: options.Guards = None,
    control: options.Controls = None,
    control_arm: options.ControlArms = None,
    attack: options.Attacks = None,
    temperature: options.Temperature = "",
    max_tokens: options.MaxTokens = None,
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
    out: Annotated[Path | None, typer.Option(help=options.OUT)] = None,
    concurrency: options.Concurrency = 8,
    retries: options.Retries = RETRIES,
    pending_limit: options.PendingLimit = 100 * LIMIT,
    cache: options.Cache = True,
    probes: options.Probes = PROBES,
    display: options.Display = "quiet",
    dry_run: options.DryRun = False,
    price: options.Price = "0/0",
    judge_price: options.JudgePrice = "0/0",
    seconds_per_call: options.SecondsPerCall = 3.0,
) -> None:
    """Ask every arm the cases of a benchmark. The same command resumes a run that was stopped.

    An arm is one of the things compared: a deployment of a proxy, with a guard or without.
    """
    proxy = ProxyChoice(url, config, demo, key_env)
    judging = options.JudgeRequest(
        *(judge_temperature, judge_tokens, judge_token_field, judge_effort, judge_extra, judge_prompt, judge_batch),
        judge_panel,
    )
    with explained():
        proxy.check()
        known = find_benchmark(benchmark)
        words = read_official(known, protocol, official)
        chosen = under(known, words)
        release, origin = find_data(chosen, data)
        release_hash = release_sha256(release, chosen.files)
        check_release(release, release_hash, checksum)
        asked = RunOptions(
            benchmark=chosen.name,
            setting=chosen.settings[0] if setting is None else setting,
            wording=wording or ("compact" if demo and "compact" in chosen.wordings else "default"),
            limit=limit,
            seed=seed,
            shard=options.shard_of(shard),
            order=order,
            repeats=repeats,
            controls=tuple(control or ()),
            controlled=tuple(control_arm or ()),
            attacks=chosen_attacks(attack or ()),
            judge=options.judge_spec(judge, judge_url, judge_key_env, judge_rubric, judging, benchmark=chosen),
            temperature=options.number_or_none(temperature, chosen.sampling.temperature),
            max_tokens=max_tokens or chosen.sampling.max_tokens,
            extra=dict(chosen.sampling.extra),
            protocol=protocol,
            origin=origin,
            note=EMBEDDED_NOTE if demo and not chosen.generated else "",
        )
        cases = checked_pictures(load_cases(chosen, asked, release, partial=partial), partial=partial)
        with proxy.address() as address:
            deployed = chosen_arms(deployed_arms(address.url, address.key), arm or ())
            specs = [spec for path in guard or () for spec in read_guards(path)]
            arms = (*deployed, *outside_arms(specs, deployed))
            plan = make_plan(
                chosen, asked, cases, arms, official=words.source if words else None, release_sha256=release_hash
            )
            if dry_run:
                rubric_of = rubric_chooser(chosen, asked.judge)
                prices = options.price_of(price), options.price_of(judge_price)
                pace, prompts = Pace(seconds_per_call, concurrency), proxy.prompt_sets()
                rows = forecast(
                    plan, cases.cases, list(map(rubric_of, cases)), prices, pace, probes=probes, prompts=prompts
                )
                rows += attack_forecast(plan, cases.cases, rubric_of, prices, pace, prompts=prompts)
                print_forecast(plan, rows, seconds_per_call)
                return
            folder = out or default_folder(plan)
            plan.check(folder)
            patience = Patience(retries, concurrency=concurrency)
            execution = Execution(patience, cache, cast(Display, display))
            new = BenchmarkRun(plan, chosen, {case.id: case for case in cases}, folder, execution)
            plan = plan.model_copy(update={"measured": measure(new, address, proxy.described(), proxy.unlearned())})
            plan.claim(folder)
            write_cases(folder, cases)
            if words:
                words.write(folder)
            carry_out(BenchmarkRun.open(folder, execution), address, probes, pending_limit / 100)


def carry_out(run: BenchmarkRun, proxy: Address, probes: int, limit: float) -> None:
    """Ask and judge; then probe the latency, unless that was done before. Exits with status 1 where too much is
    pending.
    """
    console = Console(soft_wrap=True)
    execute(run, proxy)
    finished, judge = FinishedRun.read(run.folder, limit=limit), judge_name(run.plan.options.judge)
    pending, attacked = finished.pending(judge), finished.pending_under_attack(judge)
    if count := pending.count + attacked.count:
        console.print(f"{count} answers have no result yet. The same command asks again for them.", style="bold yellow")
        for words, times in (Counter(pending.reasons) + Counter(attacked.reasons)).most_common(REASONS_SHOWN):
            console.print(f"  {times} × {words}", style="yellow", markup=False)
    if pending.too_many or attacked.too_many:
        lacking = "no rates" if pending.too_many else "no rates of some attacks"
        console.print(f"Not finished: {run.folder}. A report would show {lacking}.", style="bold red")
        raise typer.Exit(1)
    if probes and not read_latencies(run.folder):
        console.print("Latency: one request at a time …", style="dim")
        cases = stratified(tuple(run.cases.values()), probes, run.plan.options.seed)
        write_latencies(run.folder, asyncio.run(probe(run.plan, cases, proxy)))
    print_results(console, finished)
    console.print(f"Finished: {run.folder}. Next: situguard-bench report {run.folder}", style="bold green")


def print_results(console: Console, run: FinishedRun) -> None:
    """The main table and the differences from the baseline, by the run's own judge."""
    tables = JudgedTables.of(run, run.judges[0])
    for sheet in (results_sheet(run, tables.lines), headline_sheet(run, tables)):
        if sheet.rows:
            console.print(sheet.for_terminal())


def default_folder(plan: RunPlan) -> Path:
    """Where a run goes unless --out names a folder."""
    chosen = plan.options
    part = "" if chosen.shard == (1, 1) else f"-{chosen.shard[0]}-of-{chosen.shard[1]}"
    return RUNS / f"{chosen.benchmark}-{chosen.setting}{part}"


def find_data(benchmark: Benchmark, data: str) -> tuple[Path, str]:
    """The folder of the release, and where it was fetched from ("" where nothing was fetched).

    "hub" and "hub:REVISION" fetch it, unless it is in the hub's cache on this machine. Nothing else fetches anything.
    """
    if data == HUB or data.startswith(f"{HUB}:"):
        if benchmark.hub is None:
            raise OptionInvalid(f"{benchmark.name} is not on the hub: --data FOLDER, from {benchmark.source}")
        snapshot = Hub().fetch(benchmark.hub, data.removeprefix(HUB).removeprefix(":"))
        return snapshot.folder, snapshot.origin
    if not data and not benchmark.generated:
        fetched = f", or --data {HUB} to fetch it" if benchmark.hub else ""
        raise OptionInvalid(f"{benchmark.name} needs --data FOLDER, with the release of {benchmark.source}{fetched}")
    return Path(data), ""


@dataclass(frozen=True)
class ProxyChoice:
    """Where the arms are, one of three: a running proxy's address, a configuration to serve, or the demo's."""

    url: str | None
    config: Path | None
    demo: bool
    key_env: str

    def check(self) -> None:
        """Raises `OptionInvalid` unless exactly one is chosen."""
        if sum((self.url is not None, self.config is not None, self.demo)) != 1:
            raise OptionInvalid("say where the arms are: --url of a running proxy, --config FILE, or --demo")

    def described(self) -> Mapping[str, MeasuredModel]:
        """The models of the configuration that is served; empty where the proxy was running before."""
        if self.url is not None:
            return {}
        return described_models(self.settings())

    def unlearned(self) -> Mapping[str, tuple[str, ...]]:
        """The prompts that each deployment asks and its model never learned; empty where the proxy was running."""
        return {} if self.url is not None else unlearned_by_deployment(self.settings())

    def prompt_sets(self) -> Mapping[str, str]:
        """The prompt set of each deployment that is served; empty where the proxy was running before."""
        deployments = {} if self.url is not None else self.settings().deployments
        return {name: deployment.prompts for name, deployment in deployments.items()}

    def settings(self) -> Config:
        """The configuration that is served. Raises `ConfigRejected`."""
        with as_file(files("benchmarks").joinpath(DEMO_ARMS)) as demo:
            return looking_anew(read_config(self.config or demo))

    @contextmanager
    def address(self) -> Iterator[Address]:
        """The proxy's address. A configuration is served as long as the block lasts."""
        if self.url is not None:
            yield Address.with_key(self.url.rstrip("/"), self.key_env)
            return
        with tempfile.TemporaryDirectory(prefix="situguard-arms-") as folder:
            served = Path(folder) / "arms.yaml"
            served.write_text(as_file_text(self.settings()), encoding="utf-8")
            with running_proxy("--demo", "--config", str(served)) as url:
                yield Address.with_key(url, self.key_env)


def print_forecast(plan: RunPlan, rows: list[Forecast], seconds_per_call: float) -> None:
    """The forecasts and their sum, and what the estimate rests on."""
    title = f"Dry run: {plan.title}, {plan.options.setting}, {plan.cases} cases. An estimate."
    table = Table("row", title=title)
    for column in ("requests", "calls", "tokens in", "tokens out", "dollars", "time"):
        table.add_column(column, justify="right")
    for row in [*rows, total(rows)]:
        counts = (row.requests, row.calls, row.tokens.input, row.tokens.output)
        time = str(timedelta(seconds=round(row.seconds)))
        table.add_row(row.title, *(f"{count:,}" for count in counts), f"{row.dollars:,.2f}", time)
    table.rows[-2].end_section = True
    table.rows[-1].style = "bold"
    console = Console(soft_wrap=True)
    console.print(table)
    console.print(
        f"Assumed: {seconds_per_call:g} s a call, the calls of each arm's method, and a warning on every unsafe case. "
        "An answer that is thrown away is paid for. Requests that fail and are asked again are not counted."
    )
    console.print("Nothing was asked of any model.")
