"""Health: the process runs, and it can serve."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from starlette.requests import Request

from service.database.engine import DATABASE
from service.routes.health import readyz
from service.state import Service
from tests.service.gate.in_process import opened
from tests.service.running import Proxy, body, running
from tests.service.test_keys import make_key


async def ready(service: Service) -> tuple[int, dict[str, Any]]:
    """The status and body of /readyz."""
    response = await readyz(Request({"type": "http", "state": {"service": service}}))
    return response.status_code, json.loads(bytes(response.body))


async def test_a_proxy_that_serves_is_alive_and_ready(proxy: Proxy) -> None:
    alive, able = await proxy.http.get("/healthz"), await proxy.http.get("/readyz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert (able.status_code, able.json()) == (200, {"status": "ready", "models": True, "records": True})
    assert proxy.asked_nothing
    assert not proxy.records()


async def test_health_needs_no_key(tmp_path: Path) -> None:
    make_key(tmp_path)
    async with running(tmp_path) as proxy:
        assert (await proxy.http.get("/v1/models")).status_code == 401
        for path in ("/healthz", "/readyz"):
            assert (await proxy.http.get(path)).status_code == 200


async def test_without_its_models_it_is_not_ready(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        assert (await ready(app.service))[0] == 200
        await app.service.guard.close()
        assert await ready(app.service) == (503, {"status": "not ready", "models": False, "records": True})


async def test_where_records_cannot_be_written_it_is_not_ready_until_they_can(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        with closing(sqlite3.connect(tmp_path / DATABASE)) as database:
            database.execute("ALTER TABLE probe RENAME TO away")
            assert await ready(app.service) == (503, {"status": "not ready", "models": True, "records": False})
            database.execute("ALTER TABLE away RENAME TO probe")
            assert (await ready(app.service))[0] == 200


async def test_where_the_database_was_removed_it_is_not_ready(tmp_path: Path) -> None:
    async with opened(tmp_path) as app:
        (tmp_path / DATABASE).rename(tmp_path / "elsewhere")
        assert await ready(app.service) == (503, {"status": "not ready", "models": True, "records": False})
        (tmp_path / "elsewhere").rename(tmp_path / DATABASE)
        assert (await ready(app.service))[0] == 200


async def test_nothing_is_answered_whose_record_would_be_lost(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        (tmp_path / DATABASE).unlink()
        for _ in range(3):
            reply = await proxy.http.post("/v1/chat/completions", json=body())
            assert reply.status_code == 503
            assert reply.json()["error"]["code"] in {"records_unavailable", "keys_unavailable"}
        assert (await proxy.http.get("/readyz")).status_code == 503
