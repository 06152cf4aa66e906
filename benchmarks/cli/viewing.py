"""`situguard-bench view`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from inspect_ai import view as inspect_view

from benchmarks.cli import options
from benchmarks.cli.problems import explained
from benchmarks.harness.logs import FOLDER
from benchmarks.harness.plan import read_plan


def view(
    run: Annotated[Path, typer.Argument(help=options.OUT)],
    *,
    port: Annotated[int, typer.Option(min=1, max=65535, help="On this machine only.")] = 7575,
) -> None:
    """Open the harness's log viewer: every request, reply, guard account and judgement."""
    with explained():
        read_plan(run)
    inspect_view(log_dir=str(run / FOLDER), host="127.0.0.1", port=port)
