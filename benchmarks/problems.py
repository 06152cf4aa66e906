"""Errors of a command line as a person reads them: a message, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.markup import escape


@contextmanager
def packages_needed(program: str, packages: Collection[str], extras: str) -> Iterator[None]:
    """End the program with one line where one of its packages is not installed; `extras` is what to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in packages:
            raise
        sys.exit(f"{program} needs {error.name}: install {extras}")


@contextmanager
def explained(*kinds: type[Exception]) -> Iterator[None]:
    """End the command with the error's message and exit status 2, where the error is one that a user can mend."""
    try:
        yield
    except kinds as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]Error:[/] {escape(str(error))}", highlight=False)
        raise typer.Exit(2) from error
