"""Limits on headers and bodies, before anything reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive

from service.middleware.request_limits import (
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    HeldBytes,
    check_headers,
    check_media_type,
    limited,
)
from service.openai.errors import (
    BAD_HEADERS,
    BODY_TOO_LARGE,
    BODY_TOO_SLOW,
    HEADERS_TOO_LARGE,
    MEDIA_TYPE,
    OVERLOADED,
    Fault,
    WireFault,
)
from tests.service.raw import error_of, head, post, raw
from tests.service.running import Proxy, body, running

MAX_BODY = 100
Headers = Sequence[tuple[bytes, bytes]]


def arriving(*messages: Message) -> Receive:
    """A `receive` that hands out messages, and then nothing for ever."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def piece(size: int, more: bool = True) -> Message:
    return {"type": "http.request", "body": b" " * size, "more_body": more}


# ---- headers ----


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"x-a", b"1")] * MAX_HEADERS,
        [(b"x-a", b"a" * (MAX_HEADER_BYTES - 3))],
        [(b"content-length", b"100"), (b"content-encoding", b"Identity")],
        [(b"transfer-encoding", b"chunked")],
        [(b"accept", b"a"), (b"accept", b"b")],
    ],
)
def test_headers_within_the_limits_pass(headers: Headers) -> None:
    check_headers(headers, MAX_BODY)


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ([(b"x-a", b"1")] * (MAX_HEADERS + 1), HEADERS_TOO_LARGE),
        ([(b"x-a", b"a" * (MAX_HEADER_BYTES - 2))], HEADERS_TOO_LARGE),
        ([(b"Authorization", b"a"), (b"authorization", b"a")], BAD_HEADERS),
        ([(b"host", b"a"), (b"host", b"b")], BAD_HEADERS),
        ([(b"content-length", b"1"), (b"transfer-encoding", b"chunked")], BAD_HEADERS),
        ([(b"content-length", b"-1")], BAD_HEADERS),
        ([(b"content-length", b"1e3")], BAD_HEADERS),
        ([(b"content-length", b"")], BAD_HEADERS),
        ([(b"content-length", b"101")], BODY_TOO_LARGE),
        ([(b"content-length", b"0" * 17)], BODY_TOO_LARGE),
        ([(b"content-encoding", b"gzip")], MEDIA_TYPE),
        ([(b"content-encoding", b"identity, gzip")], MEDIA_TYPE),
    ],
)
def test_headers_beyond_the_limits_or_with_two_readings_are_refused(headers: Headers, fault: Fault) -> None:
    with pytest.raises(WireFault) as caught:
        check_headers(headers, MAX_BODY)
    assert caught.value.fault is fault


@pytest.mark.parametrize("given", [b"application/json", b"Application/JSON; charset=utf-8", b"application/json ;x"])
def test_json_is_taken_whatever_stands_after_it(given: bytes) -> None:
    check_media_type([(b"Content-Type", given)])


@pytest.mark.parametrize("given", [b"", b"text/plain", b"application/x-www-form-urlencoded", b"application/jsonp"])
def test_nothing_else_is_taken(given: bytes) -> None:
    for headers in ([(b"content-type", given)], []):
        with pytest.raises(WireFault) as caught:
            check_media_type(headers)
        assert caught.value.fault is MEDIA_TYPE


# ---- bodies ----


async def test_a_body_is_counted_piece_by_piece() -> None:
    counts: list[int] = []
    receive = limited(arriving(piece(60), piece(40, more=False)), MAX_BODY, counts.append)
    await receive()
    assert counts == [60]
    await receive()
    assert counts == [60, 40]


async def test_a_body_may_not_be_larger_than_it_may() -> None:
    receive = limited(arriving(piece(60), piece(41)), MAX_BODY, lambda _: None)
    await receive()
    with pytest.raises(WireFault) as caught:
        await receive()
    assert caught.value.fault is BODY_TOO_LARGE


async def test_a_body_has_its_time_as_a_whole() -> None:
    receive = limited(arriving(piece(1)), MAX_BODY, lambda _: None, seconds=0.05)
    await receive()
    with pytest.raises(WireFault) as caught:
        await receive()
    assert caught.value.fault is BODY_TOO_SLOW


async def test_a_client_may_be_listened_to_for_ever_once_its_body_is_here() -> None:
    receive = limited(arriving(piece(1, more=False)), MAX_BODY, lambda _: None, seconds=0.01)
    await receive()
    with pytest.raises(TimeoutError):  # of this test, and not of the body
        async with asyncio.timeout(0.05):
            await receive()


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
        with pytest.raises(WireFault) as caught:
            count(3)
        assert caught.value.fault is OVERLOADED
    with bytes_held.counted() as count:
        count(10)
