"""The `situguard-bench` command."""

from __future__ import annotations

import typer

from benchmarks.cli.problems import packages_needed

with packages_needed():
    from benchmarks.cli.attacks import attacks
    from benchmarks.cli.clue import clue
    from benchmarks.cli.pocket import pocket
    from benchmarks.cli.pocketworld import pocketworld
    from benchmarks.cli.results import merge, rejudge, report, view
    from benchmarks.cli.run import run
    from benchmarks.cli.setup import arms, checksum, list_known

app = typer.Typer(
    name="situguard-bench",
    help=(
        "Compare guarded with unguarded models on safety benchmarks, with intervals and tests. "
        "Each thing compared is an arm: one deployment of a proxy, with a guard or without. "
        "Every arm is asked the same questions."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(list_known)
app.command()(attacks)
app.command()(arms)
app.command()(checksum)
app.command()(run)
app.command()(report)
app.command()(rejudge)
app.command()(merge)
app.command()(view)
app.command()(pocket)
app.add_typer(clue, name="clue")
app.add_typer(pocketworld, name="pocketworld")
