"""Patience, deadlines and limits, around scripted models."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator

import pytest

from agents.conversation import user_message
from agents.errors import FailureKind, ModelFailed
from agents.models.base import ChatModel, Chunk, ModelRequest
from agents.models.openai_format import Envelope
from agents.models.resilience import ConcurrencyLimited, Retrying, Wrapped
from agents.models.scripted import ScriptedModel

HELLO = ModelRequest((user_message("hello"),))


def failed(kind: FailureKind, status: int | None = None, retry_after: float | None = None) -> ModelFailed:
    return ModelFailed("scripted", kind, status=status, retry_after=retry_after)


async def streamed(model: ChatModel) -> str:
    return "".join([chunk.text async for chunk in model.stream(HELLO)])


class BreaksOff(ScriptedModel):
    """Says one word of its reply and fails."""

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        self.requests.append(request)
        yield Chunk(Envelope("scripted").piece("half "))
        raise failed("connection")


@pytest.mark.parametrize("passing", [failed("connection"), failed("overloaded"), failed("status", 503)])
async def test_a_passing_failure_is_tried_again(passing: ModelFailed) -> None:
    model = Retrying(ScriptedModel([passing, "here"]), backoff=0.001)
    assert (await model.complete(HELLO)).text == "here"
    model = Retrying(ScriptedModel([passing, "here it is"]), backoff=0.001)
    assert await streamed(model) == "here it is"


@pytest.mark.parametrize(
    "lasting",
    [failed("unauthorised", 401), failed("status", 400), failed("timeout"), failed("malformed"), failed("too_large")],
)
async def test_a_lasting_failure_is_not(lasting: ModelFailed) -> None:
    scripted = ScriptedModel([lasting, "never", lasting, "never"])
    with pytest.raises(ModelFailed):
        await Retrying(scripted, backoff=0.001).complete(HELLO)
    assert len(scripted.requests) == 1


async def test_attempts_are_bounded() -> None:
    scripted = ScriptedModel([failed("connection")] * 9)
    with pytest.raises(ModelFailed):
        await Retrying(scripted, attempts=3, backoff=0.001).complete(HELLO)
    assert len(scripted.requests) == 3
    with pytest.raises(ModelFailed):
        await streamed(Retrying(scripted, attempts=4, backoff=0.001))
    assert len(scripted.requests) == 7


async def test_a_stream_that_has_begun_is_not_begun_again() -> None:
    scripted = BreaksOff([])
    with pytest.raises(ModelFailed):
        await streamed(Retrying(scripted, attempts=5, backoff=0.001))
    assert len(scripted.requests) == 1


async def test_an_endpoint_s_own_wait_is_kept_if_it_is_bearable() -> None:
    assert (await Retrying(ScriptedModel([failed("overloaded", 429, 0.01), "ok"])).complete(HELLO)).text == "ok"
    scripted = ScriptedModel([failed("overloaded", 429, 30.0), "never"])
    with pytest.raises(ModelFailed) as caught:
        await Retrying(scripted, longest=5).complete(HELLO)
    assert caught.value.retry_after == 30
    assert len(scripted.requests) == 1


def test_waits_grow_and_differ() -> None:
    model = Retrying(ScriptedModel([]), backoff=1.0, dice=random.Random(1))
    waits = [[model._seconds(failed("connection"), attempt) for attempt in (1, 2, 3)] for _ in range(50)]
    assert all(0.5 <= first <= 1 and 1 <= second <= 2 and 2 <= third <= 4 for first, second, third in waits)
    assert len({first for first, _, _ in waits}) == 50


async def test_as_many_as_may_run_run_and_the_rest_wait_or_go() -> None:
    gate = asyncio.Event()
    scripted = ScriptedModel(["ok"] * 5, gate=gate)
    model = ConcurrencyLimited(scripted, at_once=2, waiting=1)
    calls = [asyncio.create_task(model.complete(HELLO)) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert len(scripted.requests) == 2
    with pytest.raises(ModelFailed) as caught:
        await model.complete(HELLO)
    assert (caught.value.kind, caught.value.retry_after) == ("overloaded", 1.0)
    with pytest.raises(ModelFailed, match="overloaded"):
        await streamed(model)
    gate.set()
    assert [(await call).text for call in calls] == ["ok"] * 3
    assert await streamed(model) == "ok"


async def test_a_place_is_free_again_after_a_failure_or_a_leaving() -> None:
    scripted = ScriptedModel([failed("timeout"), "never", "ok"], gate=(gate := asyncio.Event()))
    model = ConcurrencyLimited(scripted, at_once=1, waiting=0)
    leaving = asyncio.create_task(model.complete(HELLO))
    await asyncio.sleep(0.01)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    gate.set()
    with pytest.raises(ModelFailed, match="timeout"):
        await model.complete(HELLO)
    assert (await model.complete(HELLO)).text == "never"


async def test_wrapping_keeps_name_and_life() -> None:
    scripted = ScriptedModel([], name="inner")
    model = ConcurrencyLimited(Retrying(scripted), at_once=1, waiting=0)
    assert isinstance(model, Wrapped)
    assert model.name == "inner"
    await model.start()
    assert scripted.running
    await model.close()
    assert not scripted.running
