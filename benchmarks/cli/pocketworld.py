"""`situguard-bench pocketworld`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.pocketworld.export import Exporter

pocketworld = typer.Typer(help="The drawn world.", no_args_is_help=True)


@pocketworld.callback()
def _group() -> None:
    """The drawn world."""


@pocketworld.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where combined.json, chat/ and embodied/ go.")],
    *,
    chat: Annotated[int, typer.Option(min=0, help="Chat records, of two questions each.")] = 60,
    embodied: Annotated[int, typer.Option(min=0, help="Embodied records, of five instructions each.")] = 20,
    seed: Annotated[int, typer.Option(help="The same seed gives the same folder.")] = 7,
) -> None:
    """Write held-out pairs in MSSBench's own layout, for `run mssbench-layout --data FOLDER`."""
    path = Exporter(folder, seed).write(chat, embodied)
    Console(soft_wrap=True).print(f"{path}: {chat} chat and {embodied} embodied records")
