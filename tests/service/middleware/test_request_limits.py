"""Limits on headers and bodies, before anything reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive

from service.middleware.request_limits import (
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    HeldBody,
    HeldBytes,
    check_headers,
    check_media_type,
    limited,
)
from service.middleware.shares import Share
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
from tests.service.running import Proxy, body, paced, running
from tests.service.waiting import until

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


def bounded(receive: Receive, **options: Any) -> tuple[Receive, HeldBody]:
    """One body that is alone."""
    held = HeldBytes(10 * MAX_BODY)
    body = held.counted().__enter__()
    return limited(receive, MAX_BODY, held, body, **options), body


async def test_a_body_is_counted_piece_by_piece() -> None:
    receive, arrived = bounded(arriving(piece(60), piece(40, more=False)))
    await receive()
    assert (arrived.bytes, arrived.whole) == (60, False)
    await receive()
    assert (arrived.bytes, arrived.whole) == (100, True)


async def test_a_body_may_not_be_larger_than_it_may() -> None:
    receive, _ = bounded(arriving(piece(60), piece(41)))
    await receive()
    with pytest.raises(WireFault) as caught:
        await receive()
    assert caught.value.fault is BODY_TOO_LARGE


async def test_a_body_has_its_time_as_a_whole() -> None:
    receive, _ = bounded(arriving(piece(1)), seconds=0.05)
    await receive()
    with pytest.raises(WireFault) as caught:
        await receive()
    assert caught.value.fault is BODY_TOO_SLOW


async def test_a_client_may_be_listened_to_for_ever_once_its_body_is_here() -> None:
    receive, _ = bounded(arriving(piece(1, more=False)), seconds=0.01)
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


async def test_whole_bodies_are_held_up_to_a_sum(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with running(tmp_path, paced(answers=gate), body_megabytes=1, held_megabytes=1) as proxy:
        large = body(messages=[{"role": "user", "content": "x" * 600 * 1024}])
        first = asyncio.create_task(proxy.http.post("/v1/chat/completions", json=large))
        await until(lambda: proxy.cast.answers.requests)
        refused = await proxy.http.post("/v1/chat/completions", json=large)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
        small = asyncio.create_task(proxy.http.post("/v1/chat/completions", json=body()))
        gate.set()
        assert [(await each).status_code for each in (first, small)] == [200, 200]


async def test_unfinished_bodies_hinder_nobody(tmp_path: Path) -> None:
    """Three of nearly the largest size, as an attacker sends them, and never their ends."""
    async with running(tmp_path, body_megabytes=1, held_megabytes=3) as proxy:
        half_sent = 1000 * 1024
        unfinished = [await raw(proxy, head(half_sent + 1) + b" " * half_sent) for _ in range(3)]
        await asyncio.sleep(0.3)
        large = body(messages=[{"role": "user", "content": "x" * 900 * 1024}])
        for _ in range(3):
            assert (await proxy.http.post("/v1/chat/completions", json=large)).status_code == 200
        lines = [asyncio.create_task(reader.readline()) for reader, _ in unfinished]
        done, pending = await asyncio.wait(lines, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        assert {line.result()[:12] for line in done} == {b"HTTP/1.1 503"}
        for task in pending:
            task.cancel()
        for _, writer in unfinished:
            writer.close()


def test_what_was_held_is_given_back_whatever_happens() -> None:
    held = HeldBytes(10)
    with held.counted() as one:
        held.add(one, 8)
        with pytest.raises(WireFault) as caught:
            held.add(one, 3)
        assert caught.value.fault is OVERLOADED
    with held.counted() as one:
        held.add(one, 10)


def test_the_largest_unfinished_body_makes_room_and_a_whole_one_does_not() -> None:
    held = HeldBytes(100)
    with held.counted() as whole, held.counted() as large, held.counted() as small, held.counted() as newcomer:
        whole.whole = True
        for each, size in ((whole, 40), (large, 35), (small, 20), (newcomer, 5)):
            held.add(each, size)
        held.add(newcomer, 10)
        assert [each.evicted for each in (whole, large, small)] == [False, True, False]
        with pytest.raises(WireFault):
            held.add(newcomer, 80)  # it would be the largest itself
        assert not small.evicted


def test_it_is_the_client_who_holds_the_most_that_makes_room() -> None:
    held, shares = HeldBytes(100), [Share("many"), Share("one")]
    with ExitStack() as inside:
        many = [inside.enter_context(held.counted(lambda: shares[0])) for _ in range(8)]
        one, other = (inside.enter_context(held.counted(lambda: shares[1])) for _ in range(2))
        for each in many:
            held.add(each, 10)
        held.add(one, 20)
        held.add(other, 10)
        assert not one.evicted
        assert sum(each.evicted for each in many) == 1


def test_no_client_holds_more_than_its_share() -> None:
    held, half = HeldBytes(100), Share("greedy", 0.5)
    with held.counted(lambda: half) as one, held.counted(lambda: half) as two, held.counted() as other:
        held.add(one, 40)
        with pytest.raises(WireFault) as caught:
            held.add(two, 11)
        assert caught.value.fault is OVERLOADED
        held.add(two, 10)
        held.add(other, 50)
        assert not one.evicted


async def test_who_waits_for_the_rest_of_a_body_that_made_room_hears_of_it_at_once() -> None:
    held = HeldBytes(10)
    with held.counted() as slow, held.counted() as newcomer:
        receive = limited(arriving(piece(8)), MAX_BODY, held, slow)
        await receive()
        waiting = asyncio.ensure_future(receive())
        await asyncio.sleep(0)
        held.add(newcomer, 4)
        with pytest.raises(WireFault) as caught:
            await asyncio.wait_for(waiting, 1)
        assert caught.value.fault is OVERLOADED
