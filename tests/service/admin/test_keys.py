"""The admin listener: what an administrator can do there, and nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from guard.guard import Guard
from guard.holder import GuardHolder
from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.keys.authenticator import Authenticator
from service.keys.key import KeyLimits
from service.keys.store import KeyStore, this_month
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.running import cast, config, deployment
from tests.service.storage import key_store

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
    with key_store(tmp_path) as store:
        token, (_, client) = store.create_admin(), store.create("app", "live", KeyLimits())
        services = AdminServices(store, Authenticator(store, fresh_seconds=0), Metrics())
        async with serving(create_admin_app(services)) as http:
            yield Office(http, store, {"authorization": f"Bearer {token.text}"}, client.text)


async def test_a_path_outside_the_list_is_not_there(office: Office) -> None:
    for path in (
        "/",
        "/docs",
        "/openapi.json",
        "/redoc",
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


async def test_limits_change_for_what_is_named_and_nothing_else(office: Office) -> None:
    made = (await office.http.post("/admin/keys", json=NEW, headers=office.header)).json()
    path = f"/admin/keys/{made['id']}"
    changed = await office.http.patch(
        path, json={"spend_per_month": 5.5, "requests_per_minute": None}, headers=office.header
    )
    assert changed.status_code == 200
    kept = {name: made[name] for name in ("id", "name", "deployments", "expires_at", "created_at")}
    assert changed.json().items() >= kept.items()
    assert (changed.json()["spend_per_month"], changed.json()["requests_per_minute"]) == (5.5, None)
    again = await office.http.patch(path, json={"deployments": ["other"], "days": 1}, headers=office.header)
    assert again.json()["deployments"] == ["other"]
    assert again.json()["expires_at"] < made["expires_at"]
    (listed,) = [
        each
        for each in (await office.http.get("/admin/keys", headers=office.header)).json()["data"]
        if each["id"] == made["id"]
    ]
    assert (listed["spend_per_month"], listed["deployments"]) == (5.5, ["other"])
    wrong = await office.http.patch(path, json={"revoked_at": None}, headers=office.header)
    assert wrong.status_code == 400
    nobody = await office.http.patch("/admin/keys/nobody", json={}, headers=office.header)
    assert nobody.json()["error"]["code"] == "key_not_found"


async def test_metrics_are_told_to_an_administrator(office: Office) -> None:
    await office.http.get("/admin/keys", headers=office.header)
    told = await office.http.get("/metrics", headers=office.header)
    assert told.headers["content-type"].startswith("text/plain")
    assert 'situguard_requests_total{route="/admin/keys",status="200"} 1.0' in told.text


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


async def test_a_misspelt_deployment_makes_and_changes_no_key(tmp_path: Path) -> None:
    guards = GuardHolder(Guard(config({"guarded": deployment()}), cast().models))
    with key_store(tmp_path) as store:
        token, (key, _) = store.create_admin(), store.create("app", "live", KeyLimits())
        services = AdminServices(store, Authenticator(store, fresh_seconds=0), Metrics(), guards)
        async with serving(create_admin_app(services)) as http:
            http.headers["authorization"] = f"Bearer {token.text}"
            for method, path in (("POST", "/admin/keys"), ("PATCH", f"/admin/keys/{key.id}")):
                named = {"name": "other"} if method == "POST" else {}
                wrong = await http.request(method, path, json={**named, "deployments": ["guarded", "gaurded"]})
                assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "deployments")
                said = "deployments: there is no deployment 'gaurded'; there are guarded."
                assert wrong.json()["error"]["message"] == said
        assert list(store.read(this_month()).clients) == [key.id]


async def test_what_is_not_there_is_404_without_a_trace(office: Office) -> None:
    response = await office.http.delete("/admin/keys/nobody", headers=office.header)
    assert (response.status_code, response.json()["error"]["code"]) == (404, "key_not_found")
    assert (await office.http.get("/v1/models", headers=office.header)).status_code == 404


async def test_administrators_keys_are_listed_and_revoked(office: Office) -> None:
    other = office.store.create_admin()
    listed = await office.http.get("/admin/admin-keys", headers=office.header)
    assert (len(listed.json()["data"]), listed.json()["data"][1]["id"]) == (2, other.id)
    assert other.text not in listed.text
    revoked = await office.http.delete(f"/admin/admin-keys/{other.id}", headers=office.header)
    assert revoked.json() == {"id": other.id, "object": "admin_key", "revoked": True}
    again = (await office.http.get("/admin/admin-keys", headers=office.header)).json()["data"]
    assert [key["revoked_at"] is None for key in again] == [True, False]
    assert (await office.http.get("/admin/keys", headers={"authorization": f"Bearer {other.text}"})).status_code == 401
    nobody = await office.http.delete("/admin/admin-keys/nobody", headers=office.header)
    assert (nobody.status_code, nobody.json()["error"]["code"]) == (404, "key_not_found")
    client = await office.http.get("/admin/admin-keys", headers={"authorization": f"Bearer {office.client}"})
    assert client.status_code == 401


async def test_a_revoked_administrator_is_out(office: Office) -> None:
    admin = office.header["authorization"].split("_")[1]
    office.store.revoke_admin(admin)
    await asyncio.sleep(0)
    assert (await office.http.get("/admin/keys", headers=office.header)).status_code == 401
