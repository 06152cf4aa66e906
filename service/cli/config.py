"""`situguard config`: write a configuration to start from, check one, print its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from guard.config import Config
from guard.config_file import demo_text, read_config
from guard.errors import ConfigRejected
from service.cli.problems import fail

config = typer.Typer(help="Write, check and describe configuration files.", no_args_is_help=True)
DEFAULT = Path("guard.yaml")

FileArgument = Annotated[Path, typer.Argument(help="The configuration file.")]


@config.command()
def init(file: FileArgument = DEFAULT) -> None:
    """Write a configuration to start from. An existing file is left as it is."""
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(demo_text())
    except FileExistsError:
        fail(f"{file} exists already.")
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    Console(soft_wrap=True).print(f"Wrote {file}. Serve it with: situguard serve --demo --config {file}", markup=False)


@config.command()
def check(file: FileArgument = DEFAULT) -> None:
    """Check a file, and report every problem with its line and field."""
    try:
        checked = read_config(file)
    except ConfigRejected as error:
        fail(str(error))
    Console().print(deployments_table(checked))


@config.command()
def schema() -> None:
    """Print the JSON Schema of the file, for editors that complete it."""
    print(json.dumps(Config.model_json_schema(), indent=2))  # noqa: T201 plain text, to be piped


def deployments_table(checked: Config) -> Table:
    """One deployment a row; unguarded ones in red."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", expand=True)
    for heading in ("deployment", "method", "answers"):
        table.add_column(heading, no_wrap=True)
    table.add_column("agents", ratio=1, no_wrap=True, overflow="ellipsis")
    for name, deployment in checked.deployments.items():
        table.add_row(
            name,
            deployment.method,
            deployment.model,
            _about(checked, name),
            style="red" if deployment.unguarded else None,
        )
    return table


def _about(checked: Config, name: str) -> str:
    deployment = checked.deployments[name]
    if deployment.unguarded:
        return "UNGUARDED"
    agents = ", ".join(agents_of(checked, name)) or deployment.description
    return agents if deployment.mode == "enforce" else f"{agents} [{deployment.mode}]"


def agents_of(checked: Config, name: str) -> list[str]:
    """The agents of a deployment that run, with their model where it is not the one that answers."""
    deployment = checked.deployments[name]
    if deployment.method != "situational":
        return []
    models = {agent: deployment.agent_model(agent) for agent in deployment.agents.enabled}
    return [agent if model == deployment.model else f"{agent} ({model})" for agent, model in models.items()]
