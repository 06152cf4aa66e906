"""The admin API does what its own description says, whatever it is asked: schemathesis makes the requests."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from service.admin.access import AdminServices
from service.admin.app import create_admin_app
from service.configuration.file import start_version
from service.keys.authenticator import Authenticator
from service.keys.key import KeyLimits
from service.keys.token import digest
from service.telemetry.metrics import Metrics
from tests.service.asgi import serving
from tests.service.configuration.settings import config, live, store, write
from tests.service.storage import key_store

TOKEN = "t" * 40
EXAMPLES = 12  # random requests of each operation, beside those that follow from the description
COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"
OPTIONS = (
    "--phases=examples,coverage,fuzzing",
    f"--max-examples={EXAMPLES}",
    "--seed=1",
    "--generation-deterministic",
    "--exclude-checks=positive_data_acceptance",  # a well-formed change may name what is not there
    "--suppress-health-check=all",  # a busy machine is no fault of the description's
    "--continue-on-failure",
    "--no-color",
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A running admin API over a configuration and a key of each kind. No request can revoke its own credential."""
    file = write(tmp_path / "guard.yaml")
    with key_store(tmp_path) as keys, store(tmp_path, file.source) as versions:
        start_version(versions, config(), author="start")
        keys.create_admin()
        keys.create("app", "live", KeyLimits())
        authenticator = Authenticator(keys, fresh_seconds=0, refusals=1_000_000, admin=digest(TOKEN))
        services = AdminServices(keys, authenticator, Metrics(), None, live(versions, file))
        async with serving(create_admin_app(services)) as http:
            http.headers["authorization"] = f"Bearer {TOKEN}"
            yield http


async def test_no_request_gets_an_answer_that_is_not_described(office: httpx.AsyncClient, tmp_path: Path) -> None:
    located = (f"{office.base_url}/admin/openapi.json", f"--header=Authorization: Bearer {TOKEN}")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, "run", *located, *OPTIONS, cwd=tmp_path, stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


async def test_each_operation_says_what_any_request_may_be_answered_with(office: httpx.AsyncClient) -> None:
    described = (await office.get("/admin/openapi.json")).json()
    for path in described["paths"].values():
        for operation in path.values():
            statuses = {int(status) for status in operation["responses"]}
            assert {401, 403, 429, 503} <= statuses
            assert not {422, 500} & statuses


async def test_who_changes_something_is_told_of_a_conflict_and_of_a_late_process(office: httpx.AsyncClient) -> None:
    described = (await office.get("/admin/openapi.json")).json()
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
    office: httpx.AsyncClient, query: str, code: str, param: str
) -> None:
    refused = await office.patch(f"/admin/deployments/kitchen?{query}", json={"focus": True})
    assert refused.status_code == 400
    assert (refused.json()["error"]["code"], refused.json()["error"]["param"]) == (code, param)
    assert (await office.get("/admin/configuration")).json()["version"] == 1


async def test_another_method_is_told_which_ones_there_are(office: httpx.AsyncClient) -> None:
    refused = await office.put("/admin/keys", json={})
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")
