"""The `situguard-train` command."""

from __future__ import annotations

import typer

from agents.models.optional_packages import hide_broken_torchvision
from benchmarks.training.cli.problems import packages_needed

hide_broken_torchvision()
with packages_needed():
    from benchmarks.training.cli.parts import head, probe
    from benchmarks.training.cli.pocketworld import pocketworld
    from benchmarks.training.cli.vrft import vrft

app = typer.Typer(
    name="situguard-train",
    help=(
        "Train on labelled pairs: a question that is safe in one situation and unsafe in another. "
        "The format of the data is described in benchmarks/training/rows.py."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(vrft)
app.command()(probe)
app.command()(head)
app.add_typer(pocketworld, name="pocketworld")
