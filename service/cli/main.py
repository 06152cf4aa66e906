"""The `situguard` command."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated

import typer

from service.cli.ask import ask
from service.cli.config import config
from service.cli.graph import graph
from service.cli.keys import keys
from service.cli.live import apply, deployment, diff, rollback, versions
from service.cli.records import records
from service.cli.serve import serve
from service.cli.shadow import shadow

app = typer.Typer(
    name="situguard",
    help="A safety guard for multimodal models: judges what a person is about to do by where they are about to do it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"situguard {metadata.version('situguard')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command()(serve)
app.command()(ask)
app.command()(graph)
for command in (apply, diff, versions, rollback):
    config.command()(command)
app.add_typer(config, name="config")
app.add_typer(deployment, name="deployment")
app.add_typer(keys, name="keys")
app.add_typer(records, name="records")
app.add_typer(shadow, name="shadow")
