"""What went wrong, in words and without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.errors import BenchmarkError
from benchmarks.proxy import ProxyDidNotStart
from guard.errors import ConfigRejected


@contextmanager
def explained() -> Iterator[None]:
    """Errors of a person's making end the command with their message."""
    try:
        yield
    except (BenchmarkError, ProxyDidNotStart, ConfigRejected) as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error
