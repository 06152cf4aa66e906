"""What the engine sends arrives in order, once, and as long as someone reads it."""

from __future__ import annotations

import asyncio
import threading

import pytest

from agents.conversation import user_message
from agents.engine.request import EngineRequest, Finished
from agents.engine.sampling_params import SamplingParams
from agents.errors import ModelFailed
from agents.models.base import Usage
from tests.agents.engine.direct_requests import engine_request, outputs_of

END = Finished("stop", Usage(1, 2))


def test_a_streamed_request_gets_every_text() -> None:
    request = engine_request("hello", streaming=True)
    for text in ("a", "", "b"):
        request.send(text)
    assert outputs_of(request) == ["a", "b"]
    request.finish(END)
    assert outputs_of(request) == [END]


def test_a_request_that_is_not_streamed_gets_its_text_with_the_end() -> None:
    request = engine_request("hello", streaming=False)
    for text in ("a", "", "b"):
        request.send(text)
    assert outputs_of(request) == []
    request.finish(END)
    assert outputs_of(request) == ["ab", END]


def test_only_the_first_end_counts() -> None:
    request = engine_request("hello")
    assert request.is_active
    request.finish(END)
    request.finish(ModelFailed("tiny", "internal"))
    assert outputs_of(request) == [END]
    assert not request.is_active


async def test_text_from_another_thread_is_streamed_up_to_the_end() -> None:
    request = EngineRequest((user_message("hello"),), SamplingParams(), streaming=True)

    def generate() -> None:
        request.send("one ")
        request.send("two")
        request.finish(END)

    thread = threading.Thread(target=generate)
    thread.start()
    assert [output async for output in request.stream()] == ["one ", "two", END]
    thread.join()


async def test_a_failure_is_raised() -> None:
    request = EngineRequest((user_message("hello"),), SamplingParams(), streaming=True)
    request.finish(ModelFailed("tiny", "internal"))
    with pytest.raises(ModelFailed, match="internal"):
        await anext(request.stream())


async def test_leaving_early_cancels() -> None:
    request = EngineRequest((user_message("hello"),), SamplingParams(), streaming=True)
    request.send("a")
    outputs = request.stream()
    assert await anext(outputs) == "a"
    assert request.is_active
    await outputs.aclose()
    assert request.cancelled
    assert not request.is_active


def test_a_closed_event_loop_cancels() -> None:
    async def make() -> EngineRequest:
        return EngineRequest((user_message("hello"),), SamplingParams(), streaming=True)

    request = asyncio.run(make())
    request.send("a")
    assert request.cancelled
