"""The `situguard` command."""

from __future__ import annotations

from importlib import metadata
from typing import Annotated, ClassVar

import typer

from service.cli.late import Late, LateGroup


class Commands(LateGroup):
    """What the command does, in the order of its help."""

    late: ClassVar = {
        "serve": Late("service.cli.serve:serve", "Start the proxy."),
        "ask": Late("service.cli.ask:ask", "Ask a running proxy a question, and see what the guard made of it."),
        "graph": Late("service.cli.graph:graph", "Draw a deployment's agents and what they wait for."),
        "config": Late("service.cli.config:config", "Write, check and describe configuration files."),
        "deployment": Late("service.cli.live:deployment", "Look at deployments and change them while they serve."),
        "keys": Late("service.cli.keys:keys", "Manage the keys that let clients use the proxy."),
        "records": Late("service.cli.records:records", "What was decided, and why."),
        "shadow": Late("service.cli.shadow:shadow", "What a deployment in shadow mode would have done."),
    }


app = typer.Typer(
    cls=Commands,
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
