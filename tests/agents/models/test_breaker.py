"""The circuit breaker, on a clock that the test turns: no client can trip it, and our own question closes it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ModelRequest
from agents.models.breaker import Breaking
from agents.models.outage import QUESTION, OutageConfirming
from agents.models.resilience import ConcurrencyLimited
from agents.models.scripted import Reply, ScriptedModel

REQUEST = ModelRequest((user_message("hello"),))
REST = 10.0


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Upstream:
    """A model that is well or down. While it is well, it answers our own question, and clients get `lone`."""

    def __init__(self, clock: Clock, failures: int = 3) -> None:
        self.lone: Reply = "well"
        self.down = False
        self.inner = ScriptedModel(self._reply)
        self.model = Breaking(OutageConfirming(self.inner, clock=clock), failures=failures, rest=REST, clock=clock)

    def _reply(self, request: ModelRequest) -> Reply:
        if self.down:
            return ModelFailed("scripted", "connection")
        return "OK" if request is QUESTION else self.lone

    @property
    def asked(self) -> int:
        return sum(request is not QUESTION for request in self.inner.requests)

    async def fares(self) -> str:
        try:
            return (await self.model.complete(REQUEST)).text
        except ModelFailed as failure:
            return failure.kind


async def test_a_model_that_is_down_is_left_alone_and_taken_up_again() -> None:
    clock = Clock()
    upstream = Upstream(clock)
    upstream.down = True
    assert [await upstream.fares() for _ in range(5)] == ["connection"] * 3 + ["overloaded"] * 2
    assert upstream.asked == 3
    clock.now += REST - 0.1
    assert await upstream.fares() == "overloaded"
    clock.now += 0.1
    assert await upstream.fares() == "overloaded"  # our own question still fails: it rests again
    assert upstream.asked == 3
    upstream.down = False
    clock.now += REST - 0.1
    assert await upstream.fares() == "overloaded"
    clock.now += 0.1
    assert [await upstream.fares() for _ in range(2)] == ["well", "well"]


async def test_it_is_taken_up_again_without_a_request_too() -> None:
    clock = Clock()
    upstream = Upstream(clock)
    upstream.down = True
    for _ in range(3):
        await upstream.fares()
    upstream.down = False
    outermost = ConcurrencyLimited(upstream.model, at_once=1, waiting=1)
    states = []
    for seconds in (REST - 0.1, 0.1):
        clock.now += seconds
        await outermost.look_again()
        states.append(outermost.health.state)
    assert states == ["open", "closed"]
    assert upstream.asked == 3


async def test_an_answer_in_between_begins_the_count_anew() -> None:
    upstream = Upstream(Clock())
    for down in (True, True, False, True, True):
        upstream.down = down
        await upstream.fares()
    assert await upstream.fares() == "connection"
    assert await upstream.fares() == "overloaded"


async def test_who_is_turned_away_is_told_when_to_come_again_and_that_it_is_an_outage() -> None:
    clock = Clock()
    upstream = Upstream(clock, failures=1)
    upstream.down = True
    await upstream.fares()
    clock.now += 4
    with pytest.raises(ModelFailed) as caught:
        await upstream.model.complete(REQUEST)
    assert caught.value.retry_after == pytest.approx(6.0)
    assert caught.value.outage


@pytest.mark.parametrize(
    "lone",
    [
        ModelFailed("m", "timeout"),
        ModelFailed("m", "connection"),
        ModelFailed("m", "overloaded", status=429),
        ModelFailed("m", "internal"),
        ModelFailed("m", "status", status=503),
        ModelFailed("m", "status", status=400),
        ModelFailed("m", "unauthorised", status=401),
        ModelFailed("m", "malformed"),
        ModelFailed("m", "too_large"),
        ModelFailed("m", "cancelled"),
    ],
)
async def test_no_client_can_trip_it(lone: ModelFailed) -> None:
    upstream = Upstream(Clock(), failures=1)
    upstream.lone = lone
    assert [await upstream.fares() for _ in range(4)] == [lone.kind] * 4
    upstream.lone = "well"
    assert await upstream.fares() == "well"


async def test_a_stream_counts_by_how_it_ends() -> None:
    clock = Clock()
    upstream = Upstream(clock, failures=1)
    upstream.lone = "a b c"
    async with aclosing(upstream.model.stream(REQUEST)) as left_early:
        await anext(left_early)
    assert await upstream.fares() == "a b c"
    upstream.down = True
    with pytest.raises(ModelFailed):
        await anext(upstream.model.stream(REQUEST))
    assert await upstream.fares() == "overloaded"
    upstream.down = False
    clock.now += REST
    pieces = [chunk.text async for chunk in upstream.model.stream(REQUEST)]
    assert [piece for piece in pieces if piece] == ["a ", "b ", "c"]


async def test_all_that_come_after_its_rest_share_one_question() -> None:
    clock = Clock()
    upstream = Upstream(clock, failures=1)
    upstream.down = True
    await upstream.fares()
    upstream.down = False
    clock.now += REST
    before = len(upstream.inner.requests)
    assert await asyncio.gather(*(upstream.fares() for _ in range(4))) == ["well"] * 4
    assert len(upstream.inner.requests) == before + 5
