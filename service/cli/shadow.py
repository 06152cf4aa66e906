"""`situguard shadow`: what a guard would have done, before it blocks anything."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from service.audit.reader import DecisionFilter, reading
from service.audit.shadow_report import ShadowReport, shadow_reports
from service.cli.options import DataOption, data_folder
from service.cli.problems import explained
from service.cli.records import DeploymentOption, JsonOption, SinceOption
from service.database.engine import existing_database

shadow = typer.Typer(help="What a deployment in shadow mode would have done.", no_args_is_help=True)
MANY = 20  # cases in the table; --json has more

CasesOption = Annotated[int, typer.Option("--cases", min=0, help="How many of the newest cases to list.")]


@shadow.callback()
def _shadow() -> None:
    """Keeps `report` a command of its own."""


@shadow.command()
def report(
    *,
    deployment: DeploymentOption = None,
    since: SinceOption = None,
    cases: CasesOption = MANY,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """What would have been held back: how often, by category, how fast, at what cost; and cases to look through."""
    with explained(), existing_database(data_folder(data)) as database, reading(database) as reader:
        reports = shadow_reports(reader.matching(DecisionFilter(deployment=deployment, since=since)))
    if as_json:
        for each in reports.values():
            typer.echo(orjson.dumps(each.as_json()))
        return
    console = Console(soft_wrap=True)
    if not reports:
        console.print("Nothing was asked in shadow mode.")
    for each in reports.values():
        _print(console, each, cases)


def _print(console: Console, found: ShadowReport, cases: int) -> None:
    console.print(f"[bold]{found.deployment}[/bold]", highlight=False)
    console.print(f"{found.requests} requests in shadow mode, {found.judged} judged beside them.")
    if found.judged:
        console.print(f"{found.held} would have been held back ({found.held / found.judged:.1%}).")
        console.print(f"A judgement took {found.quantile(0.5):.0f} ms (median), {found.quantile(0.95):.0f} ms (95 %).")
    if found.cost:
        console.print(f"Judging cost {found.cost:.4f}.")
    if found.enforced:
        console.print(f"{found.enforced} of the requests were enforced; {found.enforced_held} of them were held back.")
    for cause, count in found.failures.most_common():
        console.print(f"{count} could not be judged: {cause}.", markup=False)
    if found.categories:
        table = Table("category", "would have been held")
        for category, count in found.categories.most_common():
            table.add_row(category, str(count))
        console.print(table)
    if found.cases and cases:
        console.print("Cases to look through (situguard records show ID):")
        for case in found.cases[-cases:]:
            line = f"  {case.decision}  {case.verdict:<8}{case.action:<8}{case.category}"
            console.print(line, markup=False, highlight=False)
