"""`situguard serve`: the proxy, and beside it the admin listener where one is asked for."""

from __future__ import annotations

import logging
import os
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from rich.console import Console

from agents.errors import CheckpointUnavailable
from agents.models.optional_packages import missing_local_package
from guard.config import Config
from guard.errors import MethodUnusable
from guard.guard import Guard
from guard.holder import GuardHolder
from guard.models import build_models
from service.app import create_app
from service.audit.chain_heads import seal_existing_chains
from service.audit.log import open_audit_log
from service.cli.listeners import Listener, listen, url_of
from service.cli.options import data_option, read_settings
from service.cli.problems import explained, fail
from service.cli.welcome import Access, welcome
from service.configuration.document import checked
from service.configuration.file import ConfigurationFile, Standing, start_version
from service.configuration.follower import Follower
from service.configuration.live import LiveConfiguration
from service.configuration.store import ConfigurationStore
from service.database.engine import open_database
from service.keys.key import EVERY
from service.keys.store import KeyStore, KnownKeys, this_month
from service.server import DrainingServer, server_config, serving_beside
from service.settings import Settings
from service.telemetry.logs import configure_logging
from service.telemetry.metrics import Metrics
from service.telemetry.tracing import TracingUnavailable, send_traces

PARTED = (
    "{file} has changed, and so have live settings: version {version} serves, as it was changed live. "
    "See what differs: situguard config diff. Take the file: situguard config apply --replace-live"
)


def serve(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Serve the embedded model, with unguarded deployments to compare.")
    ] = False,
    config: Annotated[Path | None, typer.Option("--config", help="Serve this configuration.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on. 0 takes a free one.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="Folder to keep records and keys in.")] = None,
    admin_port: Annotated[
        int | None,
        typer.Option("--admin-port", help="Port of the console and the admin API. Without it, only the demo has one."),
    ] = None,
) -> None:
    """Start the proxy."""
    settings = _settings(
        demo=demo or None, config=config, host=host, port=port, data_folder=data, admin_port=admin_port
    )
    _check_certificate(settings)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until the follower takes it: it must not end the process
    with explained():
        file = ConfigurationFile(settings.config)
        chosen = file.read()
        _require_packages(chosen)
        database = open_database(settings.data_folder, after_upgrade=seal_existing_chains)
    with database, ExitStack() as sockets:
        store = KeyStore(database)
        with explained():
            open_audit_log(database).close()  # a log that cannot be written is reported before a model is loaded
            known = store.read(this_month())
            if not (settings.loopback or known.clients):
                fail(
                    f"{settings.host}: without client keys the proxy listens on this machine only (127.0.0.1).",
                    f"Create a key first: situguard keys create NAME{data_option(settings.data_folder)}",
                )
            versions = ConfigurationStore(database, file.source)
            version, found = start_version(versions, chosen, author=f"start by {getuser()}")
            chosen = checked(version.document)
            _require_packages(chosen)
            guards = GuardHolder(Guard(chosen, build_models(chosen, os.environ), version.number))
        metrics = Metrics()
        live = LiveConfiguration(versions, file)
        listener = sockets.enter_context(listen(settings.host, settings.port, "--port"))
        url = url_of(listener, tls=settings.tls_certificate is not None)
        admin = code = None
        if settings.admin_port is not None or settings.shows_unguarded:
            from service.cli.admin import admin_listener  # noqa: PLC0415 a proxy without one does not load it

            admin, code = admin_listener(
                settings, database, metrics, guards, live, proxy=url, has_keys=bool(known.admins)
            )
            sockets.enter_context(admin[1])
        access = _access(known, chosen, admin, code)
        console = Console(soft_wrap=True)

        def ready(seconds: float) -> None:
            welcome(console, f"{url}/v1", settings, chosen, seconds, access=access)
            if found is Standing.PARTED:
                console.print(PARTED.format(file=settings.config, version=version.number), style="red", markup=False)

        console.print("Loading models …", style="dim")
        follower = Follower(live, guards)
        uvicorn_config = server_config(create_app(settings, guards, metrics, follower), settings)
        server = AnnouncingServer(uvicorn_config, ready, admin)
        configure_logging(
            logging.getLevelNamesMapping()[settings.log_level.upper()], settings.log_format, access=settings.access_log
        )
        logging.getLogger("uvicorn.error").addFilter(shorten)
        with _traces(settings.otlp_endpoint):
            server.run([listener])
    if not server.started:
        raise typer.Exit(1)


@contextmanager
def _traces(endpoint: str | None) -> Iterator[None]:
    """Send traces while the block runs, where an address is set."""
    if endpoint is None:
        yield
        return
    try:
        flush = send_traces(endpoint)
    except TracingUnavailable as error:
        fail(str(error))
    try:
        yield
    finally:
        flush()


def _access(known: KnownKeys, config: Config, admin: Listener | None, code: str | None) -> Access:
    keys = [key for key in known.clients.values() if key.revoked_at is None]
    budgets = [key for key in keys if key.limits.spend_per_month is not None]
    lost = {name for key in keys for name in key.limits.deployments} - {*config.deployments, EVERY}
    return Access(len(known.clients), len(budgets), url_of(admin[1]) if admin else None, tuple(sorted(lost)), code)


def shorten(record: logging.LogRecord) -> bool:
    """A filter: of a model or method that cannot be used, uvicorn would log a traceback. Its last line says it all."""
    kind, _, words = record.getMessage().rstrip().rpartition("\n")[2].partition(": ")
    if kind.endswith((CheckpointUnavailable.__name__, MethodUnusable.__name__)):
        record.msg, record.args = words, None
    return True


def _check_certificate(settings: Settings) -> None:
    """End where the files for TLS cannot be used, before a model is loaded."""
    if settings.tls_certificate is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_certificate, settings.tls_key, lambda: "")
    except ssl.SSLError as error:
        fail(f"{settings.tls_certificate}, {settings.tls_key}: not a certificate and its key: {error.reason}")
    except OSError as error:
        fail(f"{settings.tls_certificate}, {settings.tls_key}: {error.strerror}")


def _require_packages(config: Config) -> None:
    """End with one line where a local model is configured and its packages are not installed."""
    local = [name for name, model in config.models.items() if model.kind == "local"]
    package = missing_local_package() if local else None
    if package is not None:
        fail(f"The model {local[0]} runs in this process and needs {package}: install situguard[local]")


def _settings(**given: Any) -> Settings:
    settings = read_settings(**given)
    if not (settings.demo or settings.config):
        fail("Nothing to serve.", "situguard serve --demo, or situguard serve --config FILE")
    return settings


class AnnouncingServer(DrainingServer):
    """Announces when it is ready: the models are loaded and the ports answer."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[float], None], admin: Listener | None = None) -> None:
        super().__init__(config)
        self._ready = ready
        self._admin = admin
        self._began = time.monotonic()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until the signal to end. The admin listener, metrics included, answers until the very last."""
        if self._admin is None:
            await super().serve(sockets)
            return
        async with serving_beside(*self._admin):
            await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready(time.monotonic() - self._began)
