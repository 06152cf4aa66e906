"""The configuration over the admin API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.configuration.change import Patience
from service.configuration.file import start_version
from service.keys.authenticator import Authenticator
from service.keys.store import KeyStore
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.configuration.settings import config, live, store, write
from tests.service.storage import key_store


@dataclass
class Office:
    """An administrator, and the API."""

    http: httpx.AsyncClient
    administrator: str
    folder: Path

    async def call(self, method: str, path: str, body: Any = None, expected: int = 200) -> dict[str, Any]:
        response = await self.http.request(method, path, json=body)
        assert response.status_code == expected, response.text
        told: dict[str, Any] = response.json()
        return told


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    file = write(tmp_path / "guard.yaml")
    with key_store(tmp_path) as keys, store(tmp_path, file.source) as versions:
        start_version(versions, config(), author="start")
        token = keys.create_admin()
        async with serving(create_admin_app(_services(keys, live(versions, file)))) as http:
            http.headers["authorization"] = f"Bearer {token.text}"
            yield Office(http, f"administrator {token.id}", tmp_path)


def _services(keys: KeyStore, versions: Any = None) -> AdminServices:
    return AdminServices(keys, Authenticator(keys, fresh_seconds=0), Metrics(), None, versions)


async def test_a_deployment_is_changed_and_the_reply_says_what_changed(office: Office) -> None:
    changed = await office.call("PATCH", "/admin/deployments/kitchen", {"agents": {"visual": False}})
    assert changed["version"] == 2
    assert changed["author"] == office.administrator
    assert changed["changes"] == ["deployments.kitchen.agents.visual.enabled: true → false"]
    shown = await office.call("GET", "/admin/deployments/kitchen")
    assert shown["stated"]["agents"] == {"visual": {"enabled": False}}
    assert shown["effective"]["agents"]["intent"]["enabled"] is True


async def test_a_misspelt_deployment_is_named_beside_those_that_there_are(office: Office) -> None:
    for method, fields in (("GET", None), ("PATCH", {"mode": "shadow"}), ("DELETE", None)):
        refused = await office.call(method, "/admin/deployments/kitchn", fields, 404)
        assert refused["error"]["message"] == "there is no deployment 'kitchn'; there are kitchen."
        assert (refused["error"]["param"], refused["error"]["code"]) == ("name", "model_not_found")


async def test_deployments_are_added_listed_and_removed(office: Office) -> None:
    await office.call("PUT", "/admin/deployments/team/garden:v2", {"model": "small", "mode": "shadow"})
    listed = await office.call("GET", "/admin/deployments")
    assert [each["id"] for each in listed["data"]] == ["kitchen", "team/garden:v2"]
    removed = await office.call("DELETE", "/admin/deployments/team/garden:v2")
    assert removed["changes"] == ["deployments.team/garden:v2: removed"]


async def test_versions_are_listed_and_rolled_back_to(office: Office) -> None:
    await office.call("PATCH", "/admin/deployments/kitchen", {"focus": True})
    back = await office.call("POST", "/admin/configuration/rollback", {"version": 1})
    assert (back["version"], back["changes"]) == (3, ["deployments.kitchen.focus: true → false"])
    listed = (await office.call("GET", "/admin/configuration/versions"))["data"]
    assert [(each["version"], each["origin"]) for each in listed] == [(3, "rollback"), (2, "change"), (1, "file")]
    assert listed[1]["changes"] == ["deployments.kitchen.focus: false → true"]
    second = await office.call("GET", "/admin/configuration/versions/2")
    assert second["configuration"]["deployments"]["kitchen"]["focus"] is True
    current = await office.call("GET", "/admin/configuration")
    assert (current["version"], current["processes"]) == (3, [])


async def test_the_file_is_applied_unless_it_would_undo_something(office: Office) -> None:
    write(office.folder / "guard.yaml", mode="shadow")
    assert (await office.call("POST", "/admin/configuration/apply", {}))["version"] == 2
    await office.call("PATCH", "/admin/deployments/kitchen", {"focus": True})
    refused = await office.call("POST", "/admin/configuration/apply", {}, 409)
    assert "deployments.kitchen.focus: true → false" in refused["error"]["message"]
    assert (await office.call("POST", "/admin/configuration/apply", {"replace_live": True}))["version"] == 4
    (office.folder / "guard.yaml").write_text("models: 3\n")
    wrong = await office.call("POST", "/admin/configuration/apply", {"replace_live": True}, 400)
    assert wrong["error"]["param"] == "models"


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PATCH", "deployments/kitchn", {"focus": True}, (404, "model_not_found", "name")),
        ("PATCH", "deployments/kitchen", {"focs": True}, (400, "configuration_rejected", "deployments.kitchen.focs")),
        ("PATCH", "deployments/kitchen", {"model": "b"}, (400, "configuration_rejected", "deployments.kitchen.model")),
        ("PATCH", "deployments/kitchen?base=7", {"focus": True}, (409, "configuration_conflict", None)),
        ("PATCH", "deployments/kitchen", [1], (400, "invalid_json", None)),
        ("PUT", "deployments/a b", {"model": "small"}, (404, "unknown_url", None)),
        ("PUT", "deployments/.b", {"model": "small"}, (400, "configuration_rejected", None)),
        ("DELETE", "deployments/kitchen", None, (400, "configuration_rejected", "deployments")),
        ("GET", "deployments/kitchn", None, (404, "model_not_found", "name")),
        ("GET", "configuration/versions/9", None, (404, "version_not_found", None)),
        ("POST", "configuration/rollback", {"version": 9}, (404, "version_not_found", None)),
        ("POST", "configuration/rollback", {"verson": 1}, (400, "unknown_parameter", "verson")),
        ("POST", "configuration/apply", {"replace_live": "yes"}, (400, "invalid_value", "replace_live")),
    ],
)  # fmt: skip
async def test_a_bad_change_is_named_and_changes_nothing(
    office: Office, method: str, path: str, body: Any, expected: tuple[int, str, str | None]
) -> None:
    status, code, param = expected
    error = (await office.call(method, f"/admin/{path}", body, status))["error"]
    assert error["code"] == code
    if param is not None:
        assert error["param"] == param
    assert (await office.call("GET", "/admin/configuration"))["version"] == 1


@pytest.mark.parametrize(("prepared", "newest"), [(1, 1), (99, 2)])
async def test_a_process_that_does_not_apply_a_change_is_named_by_a_504(
    tmp_path: Path, prepared: int, newest: int
) -> None:
    file = write(tmp_path / "guard.yaml")
    with key_store(tmp_path) as keys, store(tmp_path, file.source) as versions:
        start_version(versions, config(), author="start")
        token, patience = keys.create_admin(), Patience(prepare_seconds=0.1, serve_seconds=0.1)
        with versions.registered(1) as stuck:  # as a process that prepares what it is told, and serves what it served
            versions.report(stuck, serving=1, prepared=prepared)
            async with serving(create_admin_app(_services(keys, live(versions, file, patience)))) as http:
                http.headers["authorization"] = f"Bearer {token.text}"
                late = await http.patch("/admin/deployments/kitchen", json={"focus": True})
                now = (await http.get("/admin/configuration")).json()
    assert (late.status_code, late.json()["error"]["code"]) == (504, "configuration_not_applied")
    assert stuck in late.json()["error"]["message"]
    assert now["version"] == newest


async def test_nobody_else_may_look_or_change(office: Office) -> None:
    for method, path in (("GET", "configuration"), ("PATCH", "deployments/kitchen"), ("POST", "configuration/apply")):
        response = await office.http.request(method, f"/admin/{path}", json={}, headers={"authorization": "Bearer x"})
        assert response.status_code == 401


async def test_without_versions_there_is_nothing_to_change(tmp_path: Path) -> None:
    with key_store(tmp_path) as keys:
        token = keys.create_admin()
        async with serving(create_admin_app(_services(keys))) as http:
            response = await http.get("/admin/configuration", headers={"authorization": f"Bearer {token.text}"})
    assert response.status_code == 404
