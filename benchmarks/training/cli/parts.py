"""`situguard-train probe` and `situguard-train head`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from agents.models.base import ChatModel
from agents.models.local import LocalModel
from agents.pilot import CLIENT, SITUATION
from benchmarks.errors import OptionInvalid
from benchmarks.training.cli.options import Data, Model, Seed, loaded, local_model
from benchmarks.training.cli.problems import explained
from benchmarks.training.head import HeadRecipe
from benchmarks.training.parts import LAST, ProbeSpec, make_head, make_probe
from benchmarks.training.probe import ProbeFigures
from benchmarks.training.splits import read_data
from guard.identity import checkpoint_of, identify

T = TypeVar("T")

OutFile = Annotated[Path, typer.Option(help="The .json file to write; the weights go beside it, as .safetensors.")]
NAMED = {"situation": SITUATION, "client": CLIENT}
DEFAULT = HeadRecipe()
COLUMNS = ("AUROC", "shuffled labels", "blank picture", "calibration error", "safe kept", "unsafe caught")


def probe(
    model: Model,
    data: Data,
    out: OutFile,
    *,
    after: Annotated[int, typer.Option(min=0, help="k: tokens of the reply before the state is read.")] = 2,
    layer: Annotated[int, typer.Option(help="0 are the embeddings, -1 is the last one.")] = LAST,
    prompt: Annotated[str, typer.Option(help="situation (the agent's question), or client (what was asked).")] = (
        SITUATION
    ),
    prompts: Annotated[str, typer.Option(help="The prompt set: default, or compact.")] = "default",
    findings: Annotated[
        bool, typer.Option("--findings", help="Ask intent and visual agent first, as a guard does.")
    ] = False,
    safe_kept: Annotated[
        float, typer.Option(min=0, max=1, help="The least share of safe rows that the threshold keeps.")
    ] = 0.0,
    seed: Seed = 0,
) -> None:
    """Train a probe that tells unsafe requests by one hidden state, and print how well on held-out pairs.

    Two controls must come out near 0.5: shuffled labels and blank pictures.
    """
    with explained():
        if prompt not in NAMED:
            raise OptionInvalid(f"--prompt {prompt!r}: there are {', '.join(NAMED)}")
        spec = ProbeSpec(prompts, NAMED[prompt], layer, after, findings, seed, safe_kept)
        rows = read_data(data)
        identity = identify(local_model(model))
        make = partial(make_probe, identity=identity, data=rows, spec=spec, out=file(out))
        figures = asyncio.run(with_model(model, make))
    print_figures(figures, out)


def head(
    model: Model,
    data: Data,
    out: OutFile,
    *,
    rate: Annotated[float, typer.Option(help="Learning rate.")] = DEFAULT.rate,
    epochs: Annotated[int, typer.Option(min=1, help="How often each token is learned.")] = DEFAULT.epochs,
    seed: Seed = DEFAULT.seed,
) -> None:
    """Tune an output head on the warnings of unsafe rows. For the embedded model: --rate 3e-3 --epochs 10."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    with explained():
        rows = read_data(data)
        recipe = HeadRecipe(rate, epochs, seed)
        identity = identify(local_model(model))
        before, after = make_head(loaded(model), identity, rows, recipe, file(out), tell=console.print)
    console.print(f"{out}: validation loss {before:.3f} before, {after:.3f} after")


def file(path: Path) -> Path:
    """The path of a part to write. Raises `OptionInvalid` where it is no .json file."""
    if path.suffix != ".json":
        raise OptionInvalid(f"--out {path}: it must end in .json")
    return path


async def with_model(model: str, work: Callable[[ChatModel], Awaitable[T]]) -> T:
    """Do some work with the running model, and close it."""
    running = LocalModel(model, checkpoint=checkpoint_of(local_model(model)))
    await running.start()
    try:
        return await work(running)
    finally:
        await running.close()


def print_figures(figures: Mapping[int, ProbeFigures], out: Path) -> None:
    """The held-out figures as a table."""
    table = Table(title=f"{out}: held-out pairs")
    for column in ("k", *COLUMNS):
        table.add_column(column, justify="right")
    for after, each in figures.items():
        table.add_row(str(after), *(f"{number:.3f}" for number in astuple(each)))
    Console(soft_wrap=True).print(table)
