"""Keys at the proxy's door: who is let in, to what, and how often."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from service.keys.key import KeyLimits
from tests.service.running import Proxy, body, cast, running
from tests.service.storage import key_store


def make_key(folder: Path, limits: KeyLimits | None = None, *, revoked: bool = False) -> str:
    with key_store(folder) as store:
        key, token = store.create("app", "live", limits or KeyLimits())
        if revoked:
            store.revoke(key.id)
    return token.text


def make_admin(folder: Path) -> str:
    with key_store(folder) as store:
        return store.create_admin().text


async def asked(proxy: Proxy, token: str | None = None, **changes: Any) -> tuple[int, str | None]:
    """The status and the error's code."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    response = await proxy.http.post("/v1/chat/completions", json=body(**changes), headers=headers)
    return response.status_code, response.json().get("error", {}).get("code")


async def test_the_record_says_who_asked(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    async with running(tmp_path) as proxy:
        await asked(proxy, token)
        assert [record["key"] for record in proxy.records("decision")] == [token.split("_")[2]]
        assert token.encode() not in proxy.raw_records()


async def test_without_any_key_none_is_needed(tmp_path: Path) -> None:
    async with running(tmp_path) as proxy:
        assert await asked(proxy) == (200, None)
        assert proxy.records("decision")[0]["key"] is None


async def test_a_key_opens_its_own_deployments_and_sees_no_others(tmp_path: Path) -> None:
    every = make_key(tmp_path)
    listed = make_key(tmp_path, KeyLimits(frozenset({"raw"})))
    async with running(tmp_path) as proxy:
        assert await asked(proxy, every, model="raw") == (404, "model_not_found")
        assert await asked(proxy, listed, model="raw") == (200, None)
        assert await asked(proxy, listed, model="guarded") == (404, "model_not_found")
        for token, seen in ((every, ["guarded"]), (listed, ["raw"])):
            response = await proxy.http.get("/v1/models", headers={"authorization": f"Bearer {token}"})
            assert [each["id"] for each in response.json()["data"]] == seen


async def test_limits_are_told_with_the_time_to_wait(tmp_path: Path) -> None:
    token = make_key(tmp_path, KeyLimits(requests_per_minute=2))
    few = make_key(tmp_path, KeyLimits(pictures_per_minute=1))
    async with running(tmp_path) as proxy:
        assert [(await asked(proxy, token))[0] for _ in range(3)] == [200, 200, 429]
        assert [(await asked(proxy, few))[0] for _ in range(2)] == [200, 429]
        response = await proxy.http.post(
            "/v1/chat/completions", json=body(), headers={"authorization": f"Bearer {token}"}
        )
        assert response.json()["error"]["code"] == "rate_limit_exceeded"
        assert 1 <= int(response.headers["retry-after"]) <= 60


async def test_a_revoked_key_is_out_within_a_second(tmp_path: Path) -> None:
    token = make_key(tmp_path)
    async with running(tmp_path) as proxy:
        assert (await asked(proxy, token))[0] == 200
        with key_store(tmp_path) as store:
            store.revoke(token.split("_")[2])
        await asyncio.sleep(1.0)
        assert await asked(proxy, token) == (401, "invalid_api_key")


@pytest.mark.parametrize("stream", [False, True])
async def test_what_is_under_way_ends_when_its_key_is_revoked(tmp_path: Path, stream: bool) -> None:
    token = make_key(tmp_path)
    gate = asyncio.Event()
    async with running(tmp_path, cast(gate=gate), hold_seconds=0.05, wait_seconds=0.05) as proxy:
        header = {"authorization": f"Bearer {token}"}
        asking = asyncio.create_task(proxy.http.post("/v1/chat/completions", json=body(stream=stream), headers=header))
        while not proxy.records("decision"):  # noqa: ASYNC110 a file sets no event
            await asyncio.sleep(0.02)
        with key_store(tmp_path) as store:
            store.revoke(token.split("_")[2])
        reply = await asyncio.wait_for(asking, 10)
        assert reply.status_code == (200 if stream else 401)
        assert '"code":"invalid_api_key"' in reply.text
        assert "[DONE]" not in reply.text
        assert proxy.cast.answers.cancelled == 1
        assert (await proxy.outcome())["cut_off"] == "invalid_api_key"


@pytest.mark.parametrize(
    "payload", ["' OR '1'='1", "admin'--", '" OR 1=1 --', "sg_live_aaaaaaaa_" + "a" * 43, "%00", "*"]
)
async def test_nothing_in_a_header_is_more_than_a_wrong_key(tmp_path: Path, payload: str) -> None:
    make_key(tmp_path)
    async with running(tmp_path) as proxy:
        assert await asked(proxy, payload) == (401, "invalid_api_key")
        assert proxy.asked_nothing
