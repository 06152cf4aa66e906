"""`situguard-train pocketworld`: everything here on the drawn toy world, for the embedded model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.training.cli.options import Seed, new_folder
from benchmarks.training.cli.problems import explained
from benchmarks.training.pocketworld import PairWriter

pocketworld = typer.Typer(help="Pocket World, the drawn toy world, as training data.", no_args_is_help=True)


@pocketworld.callback()
def _group() -> None:
    """Pocket World, the drawn toy world, as training data."""


@pocketworld.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: pairs.jsonl and its pictures.")],
    *,
    train: Annotated[int, typer.Option(min=2, help="Pairs to train on.")] = 600,
    validation: Annotated[int, typer.Option(min=2, help="Pairs to choose thresholds on, held out.")] = 100,
    test: Annotated[int, typer.Option(min=2, help="Pairs to measure on, held out.")] = 200,
    seed: Seed = 7,
) -> None:
    """Write labelled pairs of Pocket World, in the format that every command here reads."""
    with explained():
        path = PairWriter(new_folder(folder), seed).write(train, validation, test)
    Console(soft_wrap=True).print(f"{path}: {train} + {validation} + {test} pairs")
