"""Errors as a person reads them: a message, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.errors import BenchmarkError
from guard.errors import ConfigRejected


@contextmanager
def explained() -> Iterator[None]:
    """End the command with the error's message and exit status 2, where the error is one that a user can mend."""
    try:
        yield
    except (BenchmarkError, ConfigRejected) as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error
