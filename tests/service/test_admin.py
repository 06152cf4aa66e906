"""The admin listener: every route is listed from the application itself, and each wants an administrator's key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from service.admin_app import create_admin_app
from service.keys.doorkeeper import Doorkeeper
from service.keys.key import KeyLimits
from service.keys.store import KeyStore, open_keys
from service.metrics import Metrics
from service.routes.admin import Admin, router
from tests.service.asgi import serving

NEW = {"name": "app", "deployments": ["demo"], "requests_per_minute": 60, "days": 30}


@dataclass
class Office:
    """The admin API, and the store behind it."""

    http: httpx.AsyncClient
    store: KeyStore
    header: dict[str, str]
    client: str


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    store = open_keys(tmp_path)
    token, (_, client) = store.create_admin(), store.create("app", "live", KeyLimits())
    metrics = Metrics()
    async with serving(create_admin_app(Admin(store, Doorkeeper(store, fresh_seconds=0), metrics))) as http:
        yield Office(http, store, {"authorization": f"Bearer {token.text}"}, client.text)
    store.close()


def paths() -> list[tuple[str, str]]:
    routes = [route for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) == len(router.routes) >= 3
    return [
        (method, route.path.replace("{id}", "abcdefgh")) for route in routes for method in sorted(route.methods or ())
    ]


@pytest.mark.parametrize(("method", "path"), paths())
async def test_every_route_refuses_every_wrong_credential(office: Office, method: str, path: str) -> None:
    right = office.header["authorization"]
    wrong: list[dict[str, str]] = [
        {},
        {"authorization": ""},
        {"authorization": "Bearer nonsense"},
        {"authorization": f"Bearer {office.client}"},
        {"authorization": right[:-1]},
        {"authorization": right.replace("Bearer", "Basic")},
        {"x-api-key": right.removeprefix("Bearer ")},
        {"api-key": right.removeprefix("Bearer ")},
        {"cookie": f"authorization={right}"},
    ]
    for headers in wrong:
        response = await office.http.request(method, path, headers=headers)
        assert response.status_code == 401, headers
        assert response.json()["error"]["code"] == "invalid_api_key"
    asked = await office.http.request(method, f"{path}?key={right}&authorization={right}")
    assert asked.status_code == 401
    twice = await office.http.request(method, path, headers=[("authorization", right), ("authorization", right)])
    assert twice.status_code == 400


async def test_a_path_outside_the_list_is_not_there(office: Office) -> None:
    for path in (
        "/",
        "/docs",
        "/openapi.json",
        "/redoc",
        "/metrics",
        "/admin",
        "/admin/",
        "/admin/keys/",
        "//admin/keys",
    ):
        assert (await office.http.get(path, headers=office.header)).status_code in {404, 405}, path


async def test_a_key_is_made_shown_once_listed_and_revoked(office: Office) -> None:
    made = await office.http.post("/admin/keys", json=NEW, headers=office.header)
    assert made.status_code == 201
    key = made.json()
    assert key["token"].startswith(f"sg_live_{key['id']}_")
    assert key["deployments"] == ["demo"]
    listed = await office.http.get("/admin/keys", headers=office.header)
    assert key["token"] not in listed.text
    assert key["id"] in [each["id"] for each in listed.json()["data"]]
    revoked = await office.http.delete(f"/admin/keys/{key['id']}", headers=office.header)
    assert revoked.json() == {"id": key["id"], "object": "key", "revoked": True}
    again = (await office.http.get("/admin/keys", headers=office.header)).json()["data"]
    assert next(each for each in again if each["id"] == key["id"])["revoked_at"] is not None


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"name": 1}, {"days": 0}, {"days": True}, {"requests_per_minute": -1}, {"role": "admin"},
     {"deployments": "demo"}, {"deployments": ["*"]}, {"deployments": ["a b"]}, {"environment": "LIVE"},
     {"spend_per_month": 0}, {"id": "abcdefgh"}, {"digest": "x"}, {"revoked_at": None}],
)  # fmt: skip
async def test_a_key_that_is_not_described_well_is_not_made(office: Office, change: dict[str, object]) -> None:
    before = len((await office.http.get("/admin/keys", headers=office.header)).json()["data"])
    response = await office.http.post("/admin/keys", json={**NEW, **change}, headers=office.header)
    assert response.status_code == 400
    assert len((await office.http.get("/admin/keys", headers=office.header)).json()["data"]) == before


async def test_what_is_not_there_is_404_without_a_trace(office: Office) -> None:
    response = await office.http.delete("/admin/keys/nobody", headers=office.header)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "key_not_found")
    assert (await office.http.get("/v1/models", headers=office.header)).status_code == 404


async def test_a_revoked_administrator_is_out(office: Office) -> None:
    admin = office.header["authorization"].split("_")[1]
    office.store.revoke_admin(admin)
    await asyncio.sleep(0)
    assert (await office.http.get("/admin/keys", headers=office.header)).status_code == 401
