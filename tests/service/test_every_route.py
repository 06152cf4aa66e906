"""Every route of both applications, listed from the applications themselves: each has a rule, and each rule holds."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import ASGIApp

from guard.guard import Guard
from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.app import create_app
from service.keys.authenticator import Authenticator
from service.keys.key import KeyLimits
from service.keys.store import KeyStore
from service.settings import Settings
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.running import DEPLOYMENTS, body, cast, config
from tests.service.storage import opened
from tests.service.test_keys import make_admin, make_key

Rule = Literal["open", "key", "admin"]
Call = tuple[str, str]
"""A method and a path."""

# What each route wants before it does anything. A route that is not here fails the tests.
RULES: Mapping[str, Rule] = {
    "/": "open",
    "/healthz": "open",
    "/readyz": "open",
    "/v1/chat/completions": "key",
    "/v1/guard": "key",
    "/v1/models": "key",
    "/v1/models/{name:path}": "key",
    "/v1/moderations": "key",
    "/v1/responses": "key",
    "/v1/responses/compact": "key",
    "/v1/responses/{id}": "key",
    "/v1/responses/{id}/input_items": "key",
    "/v1/responses/{rest:path}": "key",
    "/admin/configuration": "admin",
    "/admin/configuration/apply": "admin",
    "/admin/configuration/rollback": "admin",
    "/admin/configuration/versions": "admin",
    "/admin/configuration/versions/{number}": "admin",
    "/admin/deployments": "admin",
    "/admin/deployments/{name:path}": "admin",
    "/admin/keys": "admin",
    "/admin/keys/{id}": "admin",
    "/admin/admin-keys": "admin",
    "/admin/admin-keys/{id}": "admin",
    "/admin/models": "admin",
    "/admin/openapi.json": "admin",
    "/metrics": "admin",
}
IN_PATHS = {"{name:path}": "guarded", "{rest:path}": "resp_1", "{id}": "abcdefgh", "{number}": "1"}
QUOTES = ("'", '"', "')", "' /*", "%27", "`", "\\'", "\u02bc")
CLAUSES = (
    " OR 1=1",
    " OR '1'='1",
    " UNION SELECT id, digest FROM client_keys",
    "; DROP TABLE client_keys",
    " AND SLEEP(1)",
)
ENDS = ("--", "#", "", ";", " -- x", "/*")
MANY = 100_000  # refusals, where each of very many wrong credentials is to be looked at
INJECTIONS = ["".join(each) for each in itertools.product(("", "x", "*"), QUOTES[:7], CLAUSES, ENDS[:5])]


@dataclass
class House:
    """Both applications over one folder, and the keys that were made."""

    proxy: httpx.AsyncClient
    admin: httpx.AsyncClient
    good: str
    revoked: str
    elsewhere: str
    administrator: str
    asked_nothing: Any

    def at(self, path: str) -> httpx.AsyncClient:
        return self.admin if RULES[path] == "admin" else self.proxy

    def right(self, path: str) -> str:
        return self.administrator if RULES[path] == "admin" else self.good

    def wrong(self, path: str) -> Iterable[dict[str, str]]:
        """Every credential that does not open this path."""
        right = self.right(path)
        other = self.good if RULES[path] == "admin" else self.administrator
        yield {}
        yield {"authorization": "Bearer"}
        for token in ("none", self.revoked, other, right[:-1], right + "x", right.upper(), "' OR '1'='1"):
            yield {"authorization": f"Bearer {token}"}
        for scheme in ("Basic ", "Token ", "", "Bearer  ", "Bearer,"):
            yield {"authorization": scheme + right}
        for name in ("x-api-key", "api-key", "proxy-authorization", "x-authorization", "x-forwarded-authorization"):
            yield {name: f"Bearer {right}"}
            yield {name: right}
        yield {"cookie": f"authorization=Bearer {right}; api_key={right}"}


def main_app(folder: Path, **players: Any) -> ASGIApp:
    return create_app(Settings(data_folder=folder), Guard(config(DEPLOYMENTS), cast(**players).models))


def admin_app(folder: Path) -> ASGIApp:
    store = KeyStore(opened(folder))
    return create_admin_app(AdminServices(store, Authenticator(store, fresh_seconds=0, refusals=MANY), Metrics()))


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    good, revoked, administrator = make_key(folder), make_key(folder, revoked=True), make_admin(folder)
    elsewhere = make_key(folder, KeyLimits(frozenset({"elsewhere"})))
    players = cast()
    app = create_app(Settings(data_folder=folder, refusals_per_minute=MANY), Guard(config(DEPLOYMENTS), players.models))
    async with AsyncExitStack() as open_:
        proxy, admin = [await open_.enter_async_context(serving(each)) for each in (app, admin_app(folder))]
        yield House(
            proxy,
            admin,
            good,
            revoked,
            elsewhere,
            administrator,
            lambda: not players.answers.requests and not players.judges.requests,
        )


def inside(app: Any) -> FastAPI:
    """The application within its layers."""
    while not isinstance(app, FastAPI):
        app = vars(app)["_app"]
    return app


def routes(app: ASGIApp) -> list[Any]:
    """All routes, those of included routers too."""
    return _flat(inside(app).routes)


def _flat(listed: Iterable[Any]) -> list[Any]:
    flat: list[Any] = []
    for each in listed:
        inner = getattr(getattr(each, "original_router", None), "routes", None)
        flat += [each] if inner is None else _flat(inner)
    return flat


def without_rule(app: ASGIApp) -> set[str]:
    """What can be reached and has no rule."""
    return {getattr(route, "path", repr(route)) for route in routes(app)} - RULES.keys()


def calls(app: ASGIApp) -> list[tuple[str, Call]]:
    """For each route with a credential: its own path, and a call of each of its methods."""
    return [
        (route.path, (method, _filled(route.path)))
        for route in routes(app)
        if RULES[route.path] != "open"
        for method in sorted(route.methods)
    ]


def _filled(path: str) -> str:
    for blank, value in IN_PATHS.items():
        path = path.replace(blank, value)
    return path


def test_every_route_has_a_rule_and_every_rule_a_route(tmp_path: Path) -> None:
    apps = main_app(tmp_path), admin_app(tmp_path)
    assert without_rule(apps[0]) == without_rule(apps[1]) == set()
    assert {route.path for app in apps for route in routes(app)} == RULES.keys()
    assert {RULES[route.path] for route in routes(apps[1])} == {"admin"}


def test_a_new_route_without_a_rule_is_noticed(tmp_path: Path) -> None:
    async def new() -> Response:
        return Response()

    for app in (main_app(tmp_path), admin_app(tmp_path)):
        inside(app).add_api_route("/new", new)
        inside(app).mount("/mounted", FastAPI())
        assert without_rule(app) == {"/new", "/mounted"}


async def test_every_route_refuses_every_wrong_credential(tmp_path: Path) -> None:
    listed = calls(main_app(tmp_path)) + calls(admin_app(tmp_path))
    assert len(listed) >= 20
    async with house(tmp_path) as each:
        for path, (method, url) in listed:
            client, right = each.at(path), each.right(path)
            for headers in each.wrong(path):
                response = await client.request(method, url, headers=headers)
                assert response.status_code == 401, (method, url, headers)
                assert method == "HEAD" or response.json()["error"]["code"] == "invalid_api_key"
            query = await client.request(method, f"{url}?api_key={right}&key={right}&authorization={right}")
            assert query.status_code == 401, (method, url)
            twice = [("authorization", f"Bearer {right}")] * 2
            assert (await client.request(method, url, headers=twice)).status_code == 400, (method, url)
        assert each.asked_nothing()


async def test_a_key_of_another_deployment_learns_nothing_of_this_one(tmp_path: Path) -> None:
    async with house(tmp_path) as each:
        header = {"authorization": f"Bearer {each.elsewhere}"}
        for name in ("guarded", "nobody"):
            for path in ("/v1/chat/completions", "/v1/guard"):
                response = await each.proxy.post(path, json=body(model=name), headers=header)
                assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")
            assert (await each.proxy.get(f"/v1/models/{name}", headers=header)).status_code == 404
        assert (await each.proxy.get("/v1/models", headers=header)).json()["data"] == []
        assert each.asked_nothing()


async def test_five_hundred_injections_are_nothing_but_wrong(tmp_path: Path) -> None:
    assert len(INJECTIONS) >= 500
    async with house(tmp_path) as each:
        good, admin = ({"authorization": f"Bearer {token}"} for token in (each.good, each.administrator))
        for number, text in enumerate(INJECTIONS):
            wrong = await each.proxy.get("/v1/models", headers={"authorization": f"Bearer {text}"})
            assert wrong.status_code == 401, text
            if number % 10 == 0:
                named = await each.proxy.post("/v1/chat/completions", json=body(model=text), headers=good)
                assert named.status_code in {400, 404}, text
                gone = await each.admin.delete("/admin/keys/" + text.replace("/", "").replace("#", ""), headers=admin)
                assert gone.status_code in {400, 404}, text
        listed = await each.admin.get("/admin/keys", headers=admin)
        assert len(listed.json()["data"]) == 3
        assert (await each.proxy.get("/v1/models", headers=good)).status_code == 200
        assert each.asked_nothing()


@pytest.mark.parametrize(
    "path", ["/docs", "/openapi.json", "/redoc", "/metrics", "/admin/keys", "//v1/models", "/v1/models/"]
)
async def test_what_is_no_route_of_the_proxy_is_not_there(tmp_path: Path, path: str) -> None:
    async with house(tmp_path) as each:
        for token in (each.good, each.administrator):
            response = await each.proxy.get(path, headers={"authorization": f"Bearer {token}"})
            assert response.status_code in {401, 404}
