"""`situguard-train vrft`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.training.cli.options import Data, Model, Out, Seed, loaded, local_model, new_folder
from benchmarks.training.cli.problems import explained
from benchmarks.training.lora import ALPHA, LANGUAGE_MODEL, RANK, save_merged, with_adapters
from benchmarks.training.recipe import Losses, Recipe, fine_tune
from benchmarks.training.rows import digest_of
from benchmarks.training.splits import TrainingData, read_data
from benchmarks.training.targets import direct, reasoning_first
from guard.identity import identify

DEFAULT = Recipe()
STYLE = "VRFT-style; no reproduction of VRFT (arXiv 2502.11184), whose data and settings are not public"
RECORD = "training.json"


def vrft(
    model: Model,
    data: Data,
    out: Out,
    *,
    rate: Annotated[float, typer.Option(help="Learning rate at its highest.")] = DEFAULT.rate,
    epochs: Annotated[int, typer.Option(min=1, help="How often each row is read.")] = DEFAULT.epochs,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps, in place of epochs.")] = DEFAULT.steps,
    batch: Annotated[int, typer.Option(min=1, help="Rows in one pass; more than 1 needs pictures of one size.")] = 1,
    accumulate: Annotated[int, typer.Option(min=1, help="Passes that make a step.")] = DEFAULT.accumulate,
    anchors: Annotated[float, typer.Option(min=0, help="The most anchors per side of a pair.")] = DEFAULT.anchors,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the adapters.")] = RANK,
    alpha: Annotated[int, typer.Option(min=1, help="Their weight, divided by the rank.")] = ALPHA,
    without_reasoning: Annotated[
        bool, typer.Option("--without-reasoning", help="Teach the reply alone: what the recipe is compared with.")
    ] = False,
    seed: Seed = DEFAULT.seed,
) -> None:
    """Fine-tune a checkpoint to look for evidence before it answers: a VRFT-style recipe, no reproduction.

    Adapters on the language model are trained on the train split and merged, so that OUT is an ordinary checkpoint. The
    defaults are meant for Qwen2.5-VL. For the embedded model: --rate 3e-3 --batch 16 --accumulate 1 --steps 300.
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    recipe = Recipe(rate, epochs, steps, batch, accumulate, anchors, seed)
    with explained():
        rows = read_data(data, with_steps=True)
        folder, checkpoint = new_folder(out), loaded(model)
        adapted = with_adapters(checkpoint, model, rank=rank, alpha=alpha, seed=seed)
        target = direct if without_reasoning else reasoning_first
        losses = fine_tune(adapted, checkpoint, rows, recipe, target=target, tell=console.print)
        save_merged(adapted, checkpoint, folder)
    record = {
        "recipe": STYLE,
        "target": target.__name__,
        "base": {"model": model, "sha256": identify(local_model(model))},
        "data": {"sha256": digest_of(data, rows.rows), "pairs": _counts(rows)},
        "adapters": {"modules": LANGUAGE_MODEL, "rank": rank, "alpha": alpha},
        "options": asdict(recipe),
        "losses": asdict(losses),
    }
    (folder / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    console.print(_summary(losses, folder))


def _counts(data: TrainingData) -> dict[str, int]:
    return {split: len(labelled.pairs) for split, labelled in data.splits.items()}


def _summary(losses: Losses, folder: Path) -> str:
    return f"{folder}: validation loss {losses.before:.3f} before, {losses.after:.3f} after"
