"""`situguard serve`: the proxy, and beside it the admin listener where one is asked for."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from starlette.types import ASGIApp

from guard.guard import Guard
from guard.holder import GuardHolder
from guard.models import build_models
from service.admin.app import create_admin_app
from service.admin.keys import Admin
from service.admin.token import TokenRejected, admin_digest
from service.app import create_app
from service.audit.log import open_records
from service.cli.configured import configuration
from service.cli.problems import explained, fail
from service.cli.welcome import Access, welcome
from service.keys.doorkeeper import Doorkeeper
from service.keys.store import Snapshot, open_keys, this_month
from service.server import DrainingServer, beside, bound, server_config
from service.settings import Settings
from service.telemetry.logs import configure_logging
from service.telemetry.metrics import Metrics

Beside = tuple[ASGIApp, socket.socket]
"""An application and where it listens."""


def serve(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Serve the embedded model, unguarded deployments too.")] = False,
    config: Annotated[Path | None, typer.Option("--config", help="Serve this configuration.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder for the records.")] = None,
    admin_port: Annotated[
        int | None, typer.Option("--admin-port", help="Listen for administrators here; without it, nowhere.")
    ] = None,
) -> None:
    """Start the proxy."""
    settings = _settings(
        demo=demo or None, config=config, host=host, port=port, data_folder=data, admin_port=admin_port
    )
    with explained():
        chosen = configuration(settings.config)
        open_records(settings.data_folder).close()
        known = _known_keys(settings)
        _check_reach(settings, known)
        guards = GuardHolder(Guard(chosen, build_models(chosen, os.environ)))
    metrics = Metrics()
    admin = _admin(settings, known, metrics)
    listener = _listen(settings.host, settings.port, "--port")
    budgets = [key for key in known.clients.values() if key.limits.spend_per_month is not None]
    access = Access(len(known.clients), len(budgets), _url(admin[1]) if admin else None)
    console = Console(soft_wrap=True)

    def ready(seconds: float) -> None:
        welcome(console, f"{_url(listener)}/v1", settings, chosen, seconds, access=access)

    console.print("Loading models …", style="dim")
    server = AnnouncingServer(
        server_config(create_app(settings, guards, metrics), settings.drain_seconds), ready, admin
    )
    _run(server, listener)


def _settings(**given: Any) -> Settings:
    """The environment's settings, and over them what the command line says."""
    try:
        settings = Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        fail("\n".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors()))
    if not (settings.demo or settings.config):
        fail("What shall be served?", "situguard serve --demo, or situguard serve --config FILE")
    return settings


def _known_keys(settings: Settings) -> Snapshot:
    with closing(open_keys(settings.data_folder)) as store:
        return store.read(this_month())


def _check_reach(settings: Settings, known: Snapshot) -> None:
    """Only who holds a key may reach the proxy from elsewhere."""
    if not (settings.loopback or known.clients):
        fail(
            f"{settings.host}: without client keys the proxy listens on this machine only (127.0.0.1).",
            "Make a key first: situguard keys create NAME",
        )


def _admin(settings: Settings, known: Snapshot, metrics: Metrics) -> Beside | None:
    """The admin application and its own listener, where a port was named."""
    if settings.admin_port is None:
        return None
    try:
        own = admin_digest(settings.admin_token, settings.admin_token_file)
    except TokenRejected as error:
        fail(str(error))
    if own is None and not known.admins:
        fail(
            "The admin listener has no credential to let anyone in by.",
            "Make one: situguard keys create-admin, or set SITUGUARD_ADMIN_TOKEN_FILE",
        )
    store = open_keys(settings.data_folder)
    listener = _listen(settings.admin_host, settings.admin_port, "--admin-port")
    return create_admin_app(Admin(store, Doorkeeper(store, admin=own), metrics)), listener


def _listen(host: str, port: int, option: str) -> socket.socket:
    try:
        return bound(host, port)
    except OSError as error:
        fail(f"{host}:{port}: {error.strerror}", f"Another port: situguard serve {option} N")


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    configure_logging()
    server.run([listener])
    if not server.started:
        raise typer.Exit(1)


class AnnouncingServer(DrainingServer):
    """Says when it is ready, that is, when models are loaded and the ports answer."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[float], None], admin: Beside | None = None) -> None:
        super().__init__(config)
        self._ready = ready
        self._admin = admin
        self._began = time.monotonic()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to end; administrators, and who reads the metrics, are served to the last."""
        if self._admin is None:
            await super().serve(sockets)
            return
        async with beside(*self._admin):
            await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(time.monotonic() - self._began)
