"""Problems that the person at the terminal can solve: explained in plain words, without a traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from rich.console import Console

from guard.errors import ConfigRejected, MethodUnusable, ModelUnusable, PluginBroken, UnknownDeployment
from service.configuration.errors import ConfigurationError
from service.database.errors import DatabaseFailed, StorageUnusable
from service.keys.errors import KeysUnavailable, KeyUnknown

WRONG_USE = 2
EXPLAINED = (
    ConfigRejected,
    ConfigurationError,
    MethodUnusable,
    ModelUnusable,
    PluginBroken,
    UnknownDeployment,
    StorageUnusable,
    KeyUnknown,
)


def fail(message: str, hint: str = "") -> NoReturn:
    """Say what is wrong and what to do about it, and end with status 2."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(message, style="red", markup=False)
    if hint:
        console.print(hint, markup=False)
    raise typer.Exit(WRONG_USE)


@contextmanager
def explained() -> Iterator[None]:
    """Report errors of the configuration, the data folder and keys as such problems."""
    try:
        yield
    except EXPLAINED as error:
        fail(str(error))
    except (DatabaseFailed, KeysUnavailable) as error:
        fail(f"The database failed: {error}.", "Try again. If it stays so, find the process that holds it.")
