"""The `situguard-bench` command."""

from __future__ import annotations

import typer

from benchmarks.cli.arming import arms
from benchmarks.cli.listing import list_known
from benchmarks.cli.merging import merge
from benchmarks.cli.pocket import pocket
from benchmarks.cli.pocketworld import pocketworld
from benchmarks.cli.rejudging import rejudge
from benchmarks.cli.reporting import report
from benchmarks.cli.running import run
from benchmarks.cli.viewing import view

app = typer.Typer(
    name="situguard-bench",
    help="Guarded against raw: benchmarks over the deployments of a proxy, with intervals and tests.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(list_known)
app.command()(arms)
app.command()(run)
app.command()(report)
app.command()(rejudge)
app.command()(merge)
app.command()(view)
app.command()(pocket)
app.add_typer(pocketworld, name="pocketworld")
