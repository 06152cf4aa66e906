"""Pages in a browser: allowed ones call as other clients do, foreign ones and foreign names get nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from service.keys.key import KeyLimits
from tests.service.running import Proxy, body, running
from tests.service.storage import key_store

PAGE = "http://localhost:3000"
PREFLIGHT = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
CHAT = "/v1/chat/completions"


async def asked(proxy: Proxy, method: str, headers: dict[str, str], **fields: Any) -> httpx.Response:
    return await proxy.http.request(method, CHAT, headers=headers, **fields)


async def test_an_allowed_page_calls_and_reads_the_verdict(tmp_path: Path) -> None:
    async with running(tmp_path, cors_origins=(PAGE,)) as proxy:
        preflight = await asked(proxy, "OPTIONS", PREFLIGHT)
        reply = await asked(proxy, "POST", {"origin": PAGE}, json=body())
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == PAGE
    assert preflight.headers["access-control-allow-headers"] == "authorization"
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert "x-guard-verdict" in reply.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("POST", CHAT, {"json": {}}, 400),
        ("POST", CHAT, {"json": body(model="nothing")}, 404),
        ("POST", CHAT, {"json": body(), "headers": {"content-type": "text/plain"}}, 415),
        ("POST", CHAT, {"json": body(), "headers": {"authorization": "Bearer wrong"}}, 401),
        ("GET", "/v1/%6dodels", {}, 404),
        ("GET", CHAT, {}, 405),
    ],
)
async def test_an_allowed_page_reads_why_it_was_refused(
    tmp_path: Path, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    with key_store(tmp_path) as store:
        _, token = store.create("page", "live", KeyLimits())
    async with running(tmp_path, cors_origins=(PAGE,)) as proxy:
        headers = {"origin": PAGE, "authorization": f"Bearer {token.text}", **sent.get("headers", {})}
        reply = await proxy.http.request(method, path, **{**sent, "headers": headers})
    assert reply.status_code == status
    assert reply.headers["access-control-allow-origin"] == PAGE
    assert "x-request-id" in reply.headers["access-control-expose-headers"]
    assert reply.json()["error"]["request_id"] == reply.headers["x-request-id"]


async def test_a_page_that_nobody_allowed_gets_no_answer_and_no_model_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        replies = [await asked(proxy, "OPTIONS", PREFLIGHT), await asked(proxy, "POST", {"origin": PAGE}, json=body())]
        assert not proxy.cast.answers.requests
    for reply in replies:
        assert (reply.status_code, reply.json()["error"]["code"]) == (403, "origin_not_allowed")
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("path", ["/v1/models", "/healthz", "/nowhere"])
async def test_a_page_under_a_foreign_name_reads_nothing(tmp_path: Path, path: str) -> None:
    """DNS rebinding: its name leads to loopback by now, and the browser says that name."""
    async with running(tmp_path) as proxy:
        reply = await proxy.http.get(path, headers={"host": "evil.example:8080"})
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "host_not_allowed")


async def test_named_hosts_are_the_only_ones(tmp_path: Path) -> None:
    async with running(tmp_path, allowed_hosts=("guard.example",)) as proxy:
        assert (await proxy.http.get("/healthz", headers={"host": "guard.example"})).status_code == 200
        assert (await proxy.http.get("/v1/models")).status_code == 403


async def test_health_is_told_to_who_knows_the_address_alone(tmp_path: Path) -> None:
    """Probes of containers and balancers know no name."""
    async with running(tmp_path, allowed_hosts=("guard.example",)) as proxy:
        for host in ("127.0.0.1:8080", "10.0.0.7", "[::1]:8080"):
            for path in ("/healthz", "/readyz"):
                assert (await proxy.http.get(path, headers={"host": host})).status_code == 200
        assert (await proxy.http.get("/healthz", headers={"host": "evil.example"})).status_code == 403
