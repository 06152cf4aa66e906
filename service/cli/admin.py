"""The admin listener of `situguard serve`: the admin API and the console on a socket of their own.

It is imported where there is one: the console takes as much memory as all of the proxy's own code.
"""

from __future__ import annotations

from guard.holder import GuardHolder
from service.admin.access import AdminServices, TokenRejected, admin_digest
from service.admin.app import create_admin_app
from service.cli.listeners import Listener, listen
from service.cli.options import data_option
from service.cli.problems import fail
from service.cli.welcome import ANY_ADDRESS
from service.configuration.live import LiveConfiguration
from service.console.access import Console
from service.console.app import SharedListener, create_console
from service.console.proxy_client import ProxyClient
from service.console.sessions import Sessions
from service.database.engine import Database
from service.keys.authenticator import Authenticator
from service.keys.store import KeyStore
from service.settings import Settings
from service.telemetry.metrics import Metrics


def admin_listener(
    settings: Settings,
    database: Database,
    metrics: Metrics,
    guards: GuardHolder,
    live: LiveConfiguration,
    *,
    proxy: str,
    has_keys: bool,
) -> tuple[Listener, str | None]:
    """The listener, and in the demo the code that opens the console. `proxy` is the proxy's own address."""
    try:
        digest = admin_digest(settings.admin_token, settings.admin_token_file)
    except TokenRejected as error:
        fail(str(error))
    if digest is None and not (has_keys or settings.shows_unguarded):
        fail(
            "Nobody could use the admin listener: there is no administrator's key.",
            f"Create one: situguard keys create-admin{data_option(settings.data_folder)}, "
            "or set SITUGUARD_ADMIN_TOKEN_FILE",
        )
    listener = listen(settings.admin_host, settings.admin_port or 0, "--admin-port")
    store, sessions = KeyStore(database), Sessions()
    authenticator = Authenticator(store, admin=digest, refusals=settings.refusals_per_minute)
    services = AdminServices(store, authenticator, metrics, guards, live)
    console = Console(services, database, _own_client(settings, proxy), sessions)
    application = SharedListener(create_admin_app(services, settings), create_console(console, settings))
    return (application, listener), sessions.issue_code() if settings.shows_unguarded else None


def _own_client(settings: Settings, url: str) -> ProxyClient:
    """How the console's playground reaches the proxy, by its address on this machine."""
    for listened, asked in ANY_ADDRESS.items():
        url = url.replace(f"//{listened}:", f"//{asked}:")
    named = next((host for host in settings.allowed_hosts if not host.startswith("*")), None)
    return ProxyClient(url, settings.tls_certificate, named)
