"""The `situguard` command."""

from __future__ import annotations

import typer

from service.cli.ask import ask
from service.cli.config import config
from service.cli.graph import graph
from service.cli.keys import keys
from service.cli.records import records
from service.cli.serve import serve

app = typer.Typer(
    name="situguard",
    help="A safety guard for multimodal models: judges what a person is about to do by where they are about to do it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(ask)
app.command()(graph)
app.add_typer(config, name="config")
app.add_typer(keys, name="keys")
app.add_typer(records, name="records")
