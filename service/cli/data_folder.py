"""The option that names the data folder, for commands that read or change what a proxy keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.settings import Settings

Data = Annotated[Path | None, typer.Option("--data", help="The folder that the proxy keeps its records in.")]


def data_folder(data: Path | None) -> Path:
    """The folder that was named, or the one that settings say."""
    return data or Settings().data_folder
