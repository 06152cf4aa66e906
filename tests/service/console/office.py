"""A console under a real uvicorn, over a data folder and a real proxy beside it, and somebody who has logged in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from guard.guard import Guard
from guard.holder import GuardHolder
from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.app import create_app
from service.audit.record import Record
from service.configuration.file import ConfigurationFile, start_version
from service.configuration.follower import Follower
from service.configuration.live import LiveConfiguration
from service.configuration.store import ConfigurationStore
from service.console.access import Console
from service.console.app import SharedListener, create_console
from service.console.proxy_client import ProxyClient
from service.console.sessions import Sessions
from service.keys.authenticator import Authenticator
from service.keys.store import KeyStore
from service.server import server_config
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.service.asgi import TLS, served
from tests.service.running import DEPLOYMENTS, Cast, body, cast, config
from tests.service.storage import audit_log, opened

Form = dict[str, str]
CSRF = re.compile(r'name="csrf" (?:content|value)="([^"]+)"')


@dataclass
class Office:
    """Where console and proxy are, a browser's client, and the administrator's token."""

    http: httpx.AsyncClient
    proxy: httpx.AsyncClient
    url: str
    token: str
    console: Console
    cast: Cast

    async def log_in(self, token: str | None = None) -> httpx.Response:
        """What an administrator does first."""
        page = await self.http.get("/console/login")
        form = {"csrf": csrf_of(page), "token": self.token if token is None else token}
        return await self.http.post("/console/login", data=form)

    async def page(self, path: str, status: int = 200) -> str:
        """A page as it is."""
        response = await self.http.get(path, headers={"accept": "text/html"})
        assert response.status_code == status, response.text
        return response.text

    async def send(self, path: str, status: int = 303, **form: Any) -> httpx.Response:
        """A form as a page of this session sends it."""
        fields = {"csrf": csrf_of(await self.http.get("/console/keys")), **form}
        response = await self.http.post(path, data=fields, headers={"accept": "text/html"})
        assert response.status_code == status, response.text
        return response

    async def ask(self, deployment: str = "guarded", text: str | None = None) -> str:
        """Ask the proxy, with a picture unless a text is given; the decision's id."""
        words = {} if text is None else {"messages": [{"role": "user", "content": text}]}
        reply = await self.proxy.post("/v1/chat/completions", json=body(model=deployment, **words))
        assert reply.status_code == 200, reply.text
        return reply.headers["x-guard-decision"]


def csrf_of(response: httpx.Response) -> str:
    """The token that the forms of a page carry."""
    found = CSRF.search(response.text)
    assert found is not None, response.text
    return found[1]


@asynccontextmanager
async def office(
    folder: Path, players: Cast | None = None, deployments: dict[str, Any] | None = None, **settings: Any
) -> AsyncIterator[Office]:
    """All of it, before anybody has logged in."""
    players, chosen = players or cast(), config(deployments or DEPLOYMENTS)
    shown = Settings(data_folder=folder, **{"demo": True, **settings})
    with opened(folder) as database:
        store, versions = KeyStore(database), ConfigurationStore(database, "test")
        version, _ = start_version(versions, chosen, author="start")
        guards = GuardHolder(Guard(chosen, players.models, version.number))
        live, metrics = LiveConfiguration(versions, ConfigurationFile(None)), Metrics()
        services = AdminServices(store, Authenticator(store, fresh_seconds=0), metrics, guards, live)
        proxy_app = create_app(shown, guards, metrics, Follower(live, guards))
        async with served(server_config(proxy_app, shown)) as proxy_url:
            console = Console(services, database, ProxyClient(proxy_url), Sessions())
            app = SharedListener(create_admin_app(services, shown), create_console(console, shown))
            async with (
                served(uvicorn.Config(app, log_level="critical", ws="none")) as url,
                httpx.AsyncClient(base_url=url, timeout=20, verify=TLS) as http,
                httpx.AsyncClient(base_url=proxy_url, timeout=20, verify=TLS) as proxy,
            ):
                yield Office(http, proxy, url, store.create_admin().text, console, players)


async def write(folder: Path, *records: Record) -> None:
    """Put records into a folder as a service would."""
    with audit_log(folder) as log:
        for record in records:
            await log.commit(record)
