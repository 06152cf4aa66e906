"""`situguard config`: write a configuration to start from, check one, print its schema."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Annotated, ClassVar

import typer
from rich.console import Console
from rich.table import Table

from guard.config import Config, EndpointConfig
from guard.config_file import Starter, demo_text, read_config, starter_text
from guard.errors import ConfigRejected
from service.canary_pictures import with_canary_pictures
from service.cli.late import Late, LateGroup
from service.cli.problems import fail


class Commands(LateGroup):
    """What of it looks at and changes what serves: that needs the database."""

    late: ClassVar = {
        "apply": Late("service.cli.live:apply", "Read the configuration file again, and let every process serve it."),
        "diff": Late(
            "service.cli.live:diff", "Show how the file differs from what serves: what `config apply` would change."
        ),
        "versions": Late(
            "service.cli.live:versions", "List the versions, the newest first: when, by whom, and what changed."
        ),
        "rollback": Late(
            "service.cli.live:rollback", "Go back to what an earlier version stated. It becomes a new version."
        ),
    }


config = typer.Typer(cls=Commands, help="Write, check and describe configuration files.", no_args_is_help=True)
DEFAULT = Path("guard.yaml")
NOT_USABLE = 1  # the exit status of a probe that found a model that cannot be used

FileArgument = Annotated[Path, typer.Argument(help="The configuration file.")]


@config.command()
def init(
    file: FileArgument = DEFAULT,
    *,
    model: Annotated[
        Starter | None, typer.Option("--model", help="The model to write it for. Without it, the embedded one.")
    ] = None,
) -> None:
    """Write a configuration to start from. An existing file is left as it is."""
    text = demo_text() if model is None else starter_text(model)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except FileExistsError:
        fail(f"{file} exists already.")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    command = "serve --demo --config" if model is None else "config check --probe"
    Console(soft_wrap=True).print(f"Wrote {file}. Next: situguard {command} {file}", markup=False)


@config.command()
def check(
    file: FileArgument = DEFAULT,
    *,
    asks: Annotated[
        bool, typer.Option("--probe", help="Ask each endpoint what it can do, with its key. Costs a few short calls.")
    ] = False,
) -> None:
    """Check a file, and report every problem with its line and field.

    With --probe, ends with status 1 if a model cannot be used as it is configured, or an agent cannot see pictures.
    """
    try:
        checked = with_canary_pictures(read_config(file), str(file))
    except ConfigRejected as error:
        fail(str(error))
    Console().print(deployments_table(checked))
    if asks and not asyncio.run(_probed(file, checked)):
        raise typer.Exit(NOT_USABLE)


async def _probed(file: Path, checked: Config) -> bool:
    """Ask each endpoint, and print what it can do. Whether all of them can be used."""
    from guard.probe import probe  # noqa: PLC0415 the other commands need no client of endpoints
    from service.cli.probe_page import blind_deployments, show_probe  # noqa: PLC0415

    endpoints = {name: model for name, model in checked.models.items() if isinstance(model, EndpointConfig)}
    reports = await asyncio.gather(*(probe(name, model, os.environ) for name, model in endpoints.items()))
    console = Console(soft_wrap=True)
    console.print()
    show_probe(console, file, checked, reports)
    return all(report.usable for report in reports) and not blind_deployments(checked, reports)


@config.command()
def schema() -> None:
    """Print the JSON Schema of the file, for editors that complete it."""
    text = json.dumps(Config.model_json_schema(), indent=2)
    # The definitions keep the names under which the schema has been published.
    print(text.replace("EndpointConfig", "EndpointModel").replace("LocalConfig", "LocalModel"))  # noqa: T201 plain text, to be piped


@config.command("reference")
def print_reference() -> None:
    """Print the reference of every setting, in Markdown."""
    from service.cli.reference import reference  # noqa: PLC0415 it reads the schema of the settings too

    typer.echo(reference(), nl=False)


def deployments_table(checked: Config) -> Table:
    """One deployment a row; unguarded ones in red."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    for heading in ("deployment", "method", "answers"):
        table.add_column(heading, no_wrap=True)
    table.add_column("agents", ratio=1, no_wrap=True, overflow="ellipsis")
    for name, deployment in checked.deployments.items():
        row = (name, deployment.method, deployment.model)
        if deployment.unguarded:
            table.add_row(*row, "UNGUARDED", style="red")
            continue
        agents = ", ".join(agents_of(checked, name)) or deployment.description
        table.add_row(*row, agents if deployment.mode == "enforce" else f"{agents} [{deployment.mode}]")
    return table


def agents_of(checked: Config, name: str) -> list[str]:
    """The agents of a deployment that run, with their model where it is not the one that answers."""
    deployment = checked.deployments[name]
    if deployment.method != "situational":
        return []
    models = {agent: deployment.agent_model(agent) for agent in deployment.agents.enabled}
    return [agent if model == deployment.model else f"{agent} ({model})" for agent, model in models.items()]
