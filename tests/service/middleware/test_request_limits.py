"""Limits on headers and bodies, before anything reads them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from service.middleware.request_limits import HeldBytes
from service.openai.errors import WireFault
from tests.service.raw import error_of, head, post, raw
from tests.service.running import Proxy, body, running


async def test_a_body_past_the_cap_is_refused_while_it_comes(tmp_path: Path) -> None:
    async def endless() -> Any:
        for _ in range(64):
            yield b" " * 65536

    async with running(tmp_path, body_megabytes=1) as proxy:
        declared = await post(proxy, b" " * (1024**2 + 1))
        streamed = await proxy.http.post(
            "/v1/chat/completions", content=endless(), headers={"content-type": "application/json"}
        )
    assert declared.status_code == 413
    assert streamed.status_code == 413
    assert error_of(streamed)["code"] == "request_too_large"


async def test_headers_that_could_be_read_in_two_ways_are_refused(proxy: Proxy) -> None:
    twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")]
    many = [(f"x-{number}", "1") for number in range(70)]
    large = [("x-large", "a" * 20_000)]
    for headers, status in ((twice, 400), (many, 431), (large, 431)):
        reply = await proxy.http.get("/v1/models", headers=headers)
        assert reply.status_code == status
        error_of(reply)


async def test_bodies_are_held_up_to_a_sum(tmp_path: Path) -> None:
    async with running(tmp_path, body_megabytes=1, held_megabytes=1) as proxy:
        half = 600 * 1024
        _, writer = await raw(proxy, head(half + 1) + b" " * half)
        await asyncio.sleep(0.2)
        large = body(metadata={"a": "x"}) | {"user": "x" * half}
        refused = await proxy.http.post("/v1/chat/completions", json=large)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        assert (await proxy.http.post("/v1/chat/completions", json=body())).status_code == 200
        writer.close()
        await asyncio.sleep(0.2)
        again = await proxy.http.post("/v1/chat/completions", json=large)
        assert again.json()["error"]["code"] != "overloaded"


def test_what_was_held_is_given_back_whatever_happens() -> None:
    bytes_held = HeldBytes(10)
    with bytes_held.counted() as count:
        count(8)
        with pytest.raises(WireFault):
            count(3)
    with bytes_held.counted() as count:
        count(10)
