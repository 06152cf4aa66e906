"""Problems that a person can mend: said in plain words, with no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console

from guard.errors import ConfigRejected, PluginBroken, SecretMissing, UnknownDeployment
from service.audit.errors import RecordsUnusable

WRONG_USE = 2


def fail(message: str, hint: str = "") -> NoReturn:
    """Say what is wrong, and what to do about it; end with status 2."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(message, style="red", markup=False)
    if hint:
        console.print(hint, markup=False)
    raise typer.Exit(WRONG_USE)


@contextmanager
def explained() -> Iterator[None]:
    """Turn the errors of configuration and records into such problems."""
    try:
        yield
    except (ConfigRejected, PluginBroken, SecretMissing, UnknownDeployment, RecordsUnusable) as error:
        fail(str(error))
