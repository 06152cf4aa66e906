"""`situguard-bench merge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.cli.problems import explained
from benchmarks.harness.merge import merge as merge_shards


def merge(
    out: Annotated[Path, typer.Argument(help="Folder for the whole run.")],
    shards: Annotated[list[Path], typer.Argument(help="The folder of every shard.")],
) -> None:
    """Put the shards of one run together."""
    with explained():
        plan = merge_shards(out, shards)
    Console(soft_wrap=True).print(f"{len(shards)} shards, {plan.cases} cases: {out}", style="bold green")
