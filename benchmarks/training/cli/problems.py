"""Errors as a person reads them: a message, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from agents.errors import AgentError, CheckpointUnavailable, PromptMissing
from benchmarks.errors import BenchmarkError

TRAIN_PACKAGES = frozenset({"peft", "safetensors", "sklearn", "torch", "transformers"})


@contextmanager
def packages_needed() -> Iterator[None]:
    """End the program with one line where a package of the extras is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in TRAIN_PACKAGES:
            raise
        sys.exit(f"situguard-train needs {error.name}: pip install 'situguard[local,train]'")


@contextmanager
def explained() -> Iterator[None]:
    """End the command with the error's message and exit status 2, where the error is one that a user can mend."""
    try:
        yield
    except (AgentError, BenchmarkError, CheckpointUnavailable, PromptMissing) as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error
