"""Which configuration a command means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from guard.config import Config
from guard.config_file import demo_config, read_config

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="A configuration file; without one, the demo's.", show_default=False)
]


def configuration(file: Path | None) -> Config:
    """The file's configuration, or the demo's. Raises `ConfigRejected`."""
    return demo_config() if file is None else read_config(file)
