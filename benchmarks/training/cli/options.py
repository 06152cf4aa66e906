"""Options that commands share, and how their values are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agents.engine.checkpoint import Checkpoint, load_checkpoint
from agents.engine.engine import set_threads
from benchmarks.errors import OptionInvalid
from guard.config import LocalConfig
from guard.identity import checkpoint_of

Model = Annotated[str, typer.Option(help="A folder, a hub id whose files are on this machine, or builtin:pocket.")]
Data = Annotated[Path, typer.Option(help="A file of labelled pairs, one JSON object a line.")]
Out = Annotated[Path, typer.Option(help="The folder to write; it must be new or empty.")]
Seed = Annotated[int, typer.Option(help="The same seed, data and machine give the same weights.")]


def local_model(model: str) -> LocalConfig:
    """The model as a configuration would name it."""
    return LocalConfig(kind="local", path=model)


def loaded(model: str) -> Checkpoint:
    """The checkpoint, ready to run. Raises `CheckpointUnavailable`."""
    checkpoint = load_checkpoint(checkpoint_of(local_model(model)))
    set_threads(checkpoint)
    return checkpoint


def new_folder(path: Path) -> Path:
    """The folder, made where there is none. Raises `OptionInvalid` where it holds something."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise OptionInvalid(f"--out {path}: it is not an empty folder")
    path.mkdir(parents=True, exist_ok=True)
    return path
