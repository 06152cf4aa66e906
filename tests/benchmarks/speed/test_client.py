"""The client and the models before it: answers, findings, delays and counts, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from itertools import count

import pytest

from benchmarks.speed.bench import models
from benchmarks.speed.bodies import Body, body
from benchmarks.speed.client import Address, Amount, calls_made, load, set_plan
from benchmarks.speed.replies import FINDINGS
from benchmarks.speed.upstream import CHUNKS, Plan, Upstream, words

JUDGE = "/judge/v1/chat/completions"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with models() as port:
        yield port


async def test_every_request_is_answered_and_counted(port: int) -> None:
    await set_plan(port, Plan())
    taken = await load(Address(port), body("answer"), count(), clients=3, amount=Amount(requests=7))
    assert len(taken.good) == taken.begun == 7
    assert await calls_made(port) == {"answer": 7}
    await set_plan(port, Plan())
    assert await calls_made(port) == {}


async def test_a_stream_begins_before_it_ends_and_waits_as_planned(port: int) -> None:
    await set_plan(port, Plan(answer=0.02, gap=0.002))
    asked = body("answer", stream=True)
    (answer,) = (await load(Address(port), asked, count(), clients=1, amount=Amount())).answers
    assert answer.good
    assert 20 <= answer.first < answer.first + 2 * (CHUNKS - 1) <= answer.total


async def test_an_answer_that_is_not_the_models_is_no_good_one(port: int) -> None:
    taken = await load(Address(port, JUDGE), body("judge"), count(), clients=1, amount=Amount())
    assert not taken.good
    assert "No" in taken.answers[0].told


async def test_a_server_that_is_gone_is_told(port: int) -> None:
    taken = await load(Address(1), body("answer"), count(), clients=2, amount=Amount(requests=4))
    assert not taken.good
    assert "ConnectionRefused" in taken.answers[0].told


async def test_who_asks_with_a_schema_gets_its_finding(port: int) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "IntentFinding", "schema": {}}}
    asked = Body(json.dumps({"messages": [], "response_format": schema}).encode())
    taken = await load(Address(port, JUDGE), asked, count(), clients=1, amount=Amount())
    assert FINDINGS["IntentFinding"]["activity"] in taken.answers[0].told
    assert await calls_made(port) == {"judge": 1}


def test_a_streamed_answer_has_twenty_pieces_and_its_last_word() -> None:
    assert len(list(words())) == CHUNKS
    assert "swing." in "".join(words())
    assert not Upstream().calls
