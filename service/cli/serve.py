"""`situguard serve`: the proxy."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console

from guard.config import Config
from guard.guard import Guard
from guard.models import build_models
from service.app import create_app
from service.cli.configured import configuration
from service.cli.problems import explained, fail
from service.cli.welcome import welcome
from service.keys.store import open_keys, this_month
from service.logs import configure_logging
from service.records.records import open_records
from service.server import server_config
from service.settings import Settings


def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the embedded model, unguarded deployments too.")] = False,
    config: Annotated[Path | None, typer.Option("--config", help="Serve this configuration.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder for the records.")] = None,
) -> None:
    """Start the proxy."""
    settings = _settings(demo=demo or None, config=config, host=host, port=port, data_folder=data)
    with explained():
        chosen = configuration(settings.config)
        open_records(settings.data_folder).close()
        _check_reach(settings)
        guard = Guard(chosen, build_models(chosen, os.environ))
    listener = _listen(settings)
    _serve(settings, chosen, guard, listener)


def _settings(**given: Any) -> Settings:
    """The environment's settings, and over them what the command line says."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fail("\n".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()))
    if not (settings.demo or settings.config):
        fail("What shall be served?", "situguard serve --demo, or situguard serve --config FILE")
    return settings


def _check_reach(settings: Settings) -> None:
    """Only who holds a key may reach the proxy from elsewhere."""
    store = open_keys(settings.data_folder)
    needed = bool(store.read(this_month()).clients)
    store.close()
    if not (settings.loopback or needed):
        fail(
            f"{settings.host}: without client keys the proxy listens on this machine only (127.0.0.1).",
            "Make a key first: situguard keys create NAME",
        )


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        fail(f"{settings.host}:{settings.port}: {error.strerror}", "Another port: situguard serve --port N")
    return listener


def _serve(settings: Settings, config: Config, guard: Guard, listener: socket.socket) -> None:
    configure_logging()
    console = Console(soft_wrap=True)
    console.print("Loading models …", style="dim")
    started = time.monotonic()
    host, port = listener.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/v1"

    def ready() -> None:
        welcome(console, url, settings, config, time.monotonic() - started)

    server = AnnouncingServer(server_config(create_app(settings, guard)), ready)
    server.run([listener])
    if not server.started:
        raise typer.Exit(1)


class AnnouncingServer(uvicorn.Server):
    """Says when it is ready, that is, when models are loaded and the port answers."""

    def __init__(self, config: uvicorn.Config, ready: Any) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
