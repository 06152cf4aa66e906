"""The admin API does what its own description says, whatever it is asked: schemathesis makes the requests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.configuration.file import start_version
from service.keys.authenticator import Authenticator
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.configuration.settings import config, live, store, write
from tests.service.storage import key_store

EXAMPLES = 12  # random requests of each operation, beside those that follow from the description
COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"
OPTIONS = (
    "--phases=examples,coverage,fuzzing",
    f"--max-examples={EXAMPLES}",
    "--seed=1",
    "--generation-deterministic",
    "--exclude-checks=positive_data_acceptance",  # a well-formed change may name what is not there
    "--continue-on-failure",
    "--no-color",
)


@dataclass
class Office:
    """A running admin API over a configuration, and an administrator's token."""

    http: httpx.AsyncClient
    token: str

    async def description(self) -> dict[str, Any]:
        told: dict[str, Any] = (await self.http.get("/admin/openapi.json")).json()
        return told


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    file = write(tmp_path / "guard.yaml")
    with key_store(tmp_path) as keys, store(tmp_path, file.source) as versions:
        start_version(versions, config(), author="start")
        token, authenticator = keys.create_admin(), Authenticator(keys, fresh_seconds=0, refusals=1_000_000)
        services = AdminServices(keys, authenticator, Metrics(), None, live(versions, file))
        async with serving(create_admin_app(services)) as http:
            http.headers["authorization"] = f"Bearer {token.text}"
            yield Office(http, token.text)


async def test_no_request_gets_an_answer_that_is_not_described(office: Office, tmp_path: Path) -> None:
    located = (f"{office.http.base_url}/admin/openapi.json", f"--header=Authorization: Bearer {office.token}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, "run", *located, *OPTIONS, cwd=tmp_path, stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


async def test_each_operation_says_what_any_request_may_be_answered_with(office: Office) -> None:
    described = await office.description()
    for path in described["paths"].values():
        for operation in path.values():
            statuses = {int(status) for status in operation["responses"]}
            assert {401, 403, 429, 503} <= statuses
            assert not {422, 500} & statuses


async def test_who_changes_something_is_told_of_a_conflict_and_of_a_late_process(office: Office) -> None:
    described = await office.description()
    responses = described["paths"]["/admin/deployments/{name}"]["patch"]["responses"]
    assert {"200", "400", "404", "409", "504"} <= responses.keys()
    assert "configuration_not_applied" in responses["504"]["description"]


@pytest.mark.parametrize(
    ("query", "code", "param"),
    [
        ("bsae=1", "unknown_parameter", "bsae"),
        ("base=1&base=2", "invalid_value", "base"),
        ("base=x", "invalid_value", "base"),
        ("base=0", "invalid_value", "base"),
        (f"base={2**63}", "invalid_value", "base"),
    ],
)
async def test_a_wrong_parameter_is_named_and_nothing_is_changed(
    office: Office, query: str, code: str, param: str
) -> None:
    refused = await office.http.patch(f"/admin/deployments/kitchen?{query}", json={"focus": True})
    assert refused.status_code == 400
    assert (refused.json()["error"]["code"], refused.json()["error"]["param"]) == (code, param)
    assert (await office.http.get("/admin/configuration")).json()["version"] == 1


async def test_another_method_is_told_which_ones_there_are(office: Office) -> None:
    refused = await office.http.put("/admin/keys", json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")
