"""`situguard-train pocketworld`: everything here on the drawn toy world, for the embedded model."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from agents.pilot import CLIENT
from benchmarks.training.cli.options import Seed, loaded, local_model, new_folder
from benchmarks.training.cli.parts import print_figures, with_model
from benchmarks.training.cli.problems import explained
from benchmarks.training.head import HeadRecipe
from benchmarks.training.lora import save_merged, with_adapters
from benchmarks.training.parts import ProbeSpec, make_head, make_probe
from benchmarks.training.pocketworld import PairWriter
from benchmarks.training.recipe import Recipe, fine_tune
from benchmarks.training.replies import PairShares, pair_shares
from benchmarks.training.splits import TrainingData, read_data
from benchmarks.training.targets import direct, reasoning_first
from guard.config import EMBEDDED
from guard.identity import identify

pocketworld = typer.Typer(
    help="On Pocket World, the drawn toy world, with the embedded model. It says nothing about real models.",
    no_args_is_help=True,
)
HEAD = HeadRecipe(rate=3e-3, epochs=10)

Train = Annotated[int, typer.Option(min=2, help="Pairs to train on.")]
Validation = Annotated[int, typer.Option(min=2, help="Held-out pairs to choose thresholds on.")]
Test = Annotated[int, typer.Option(min=2, help="Held-out pairs to measure on.")]
console = Console(soft_wrap=True, highlight=False, markup=False)


@pocketworld.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: pairs.jsonl and its pictures.")],
    *,
    train: Train = 600,
    validation: Validation = 100,
    test: Test = 200,
    seed: Seed = 7,
) -> None:
    """Write labelled pairs, in the format that every command here reads."""
    with explained():
        path = PairWriter(new_folder(folder), seed).write(train, validation, test)
    console.print(f"{path}: {train} + {validation} + {test} pairs")


@pocketworld.command()
def safeswitch(
    folder: Annotated[Path, typer.Argument(help="The folder to write: probe-k0, probe-k2 and head, each .json.")],
    *,
    train: Train = 600,
    validation: Validation = 100,
    test: Test = 200,
    seed: Seed = 7,
) -> None:
    """Make what method safeswitch needs for the embedded model: two probes and a refusal head. About a minute.

    probe-k0 reads the client's own prompt, as published; probe-k2 a pilot, as ours.
    """
    with explained(), TemporaryDirectory() as scratch:
        data = read_data(PairWriter(Path(scratch), seed).write(train, validation, test))
        identity = identify(local_model(EMBEDDED))
        for spec in (ProbeSpec("compact", CLIENT, after_tokens=0), ProbeSpec("compact")):
            out = folder / f"probe-k{spec.after_tokens}.json"
            make = partial(make_probe, identity=identity, data=data, spec=spec, out=out)
            print_figures(asyncio.run(with_model(EMBEDDED, make)), out)
        before, after = make_head(loaded(EMBEDDED), identity, data, HEAD, folder / "head.json")
    console.print(f"{folder / 'head.json'}: validation loss {before:.3f} before, {after:.3f} after")


@pocketworld.command()
def compare(
    *,
    train: Train = 600,
    test: Test = 100,
    steps: Annotated[int, typer.Option(min=1, help="Steps of 16 rows for each of the two.")] = 300,
    seed: Seed = 7,
) -> None:
    """Fine-tune the embedded model twice, on the reply alone and with reasoning first, and compare on held-out pairs.

    Some minutes on two cores. Nothing is kept.
    """
    recipe = Recipe(rate=3e-3, steps=steps, batch=16, accumulate=1, seed=seed)
    with explained(), TemporaryDirectory() as scratch:
        data = read_data(PairWriter(Path(scratch) / "data", seed).write(train, 8, test), with_steps=True)
        console.print(f"raw: {_measured(EMBEDDED, data)}")
        found = {}
        for target in (direct, reasoning_first):
            folder = Path(scratch) / target.__name__
            checkpoint = loaded(EMBEDDED)
            adapted = with_adapters(checkpoint, EMBEDDED, seed=seed)
            fine_tune(adapted, checkpoint, data, recipe, target=target)
            save_merged(adapted, checkpoint, folder)
            found[target] = _measured(str(folder), data)
            console.print(f"{target.__name__}: {found[target]}")
    console.print(f"reasoning first, both right: {found[reasoning_first].both - found[direct].both:+.2f}")


def _measured(model: str, data: TrainingData) -> PairShares:
    return asyncio.run(with_model(model, lambda running: pair_shares(running, data["test"].pairs)))
