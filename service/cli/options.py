"""Options that several commands share, and what they stand for."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from guard.config import Config
from guard.config_file import demo_config, read_config
from service.cli.problems import fail
from service.settings import Settings

AGO = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file. Without it, the demo's configuration.", show_default=False),
]
DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder of the proxy, where it keeps its records.")
]


def configuration(file: Path | None) -> Config:
    """The file's configuration, or the demo's. Raises `ConfigRejected`."""
    return demo_config() if file is None else read_config(file)


def read_settings(**given: Any) -> Settings:
    """The settings from the environment, overridden by what the command line gives. Ends where one is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fail("\n".join(_problem(problem["loc"], problem["msg"], given) for problem in error.errors()))


def _problem(at: tuple[int | str, ...], message: str, given: Mapping[str, Any]) -> str:
    message = message.removeprefix("Value error, ")
    if not at:  # of several settings together: the message names them
        return message
    name = at[0]
    option = "--data" if name == "data_folder" else f"--{name}".replace("_", "-")
    written = option if given.get(str(name)) is not None else f"SITUGUARD_{name}".upper()
    return f"{written}: {message}"


def data_folder(data: Path | None) -> Path:
    """The folder that the option names, or the one in the settings."""
    return data or read_settings().data_folder


def data_option(folder: Path) -> str:
    """What a suggested command needs to use this folder too; empty for the folder that is the default."""
    default = Settings.model_fields["data_folder"].get_default(call_default_factory=True)
    return "" if folder == default else f" --data {shlex.quote(str(folder))}"


def moment(text: str) -> datetime:
    """A time as people type it: 90m, 12h or 7d ago, or an ISO 8601 date or time (UTC where it names no zone)."""
    ago = AGO.fullmatch(text)
    if ago is not None:
        return datetime.now(UTC) - timedelta(**{UNITS[ago["unit"]]: int(ago["count"])})
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is neither 90m, 12h or 7d nor a date like 2026-11-22") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
