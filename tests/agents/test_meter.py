"""The meter: what an endpoint tells counts, and where it tells nothing an estimate does."""

from __future__ import annotations

import asyncio

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.meter import PICTURE_TOKENS, Call, Meter, Meters, calls_of, complete
from agents.models.base import Chunk, Completion, ModelRequest, Usage
from agents.models.openai_format import Envelope
from agents.models.scripted import ScriptedModel
from tests.scripts import picture

ENVELOPE = Envelope("m")
ASKED = [user_message("a" * 400, picture())]  # a hundred tokens, and a picture


def meter() -> Meter:
    return Meter("large", ASKED)


def test_what_the_endpoint_tells_counts() -> None:
    whole = meter()
    whole.see(Completion(ENVELOPE.completion("Swing.", Usage(50, 7, 3))))
    assert whole.call == Call("large", Usage(50, 7, 3))


def test_a_stream_that_was_left_before_its_usage_came_is_estimated() -> None:
    left = meter()
    for piece in ("a" * 30, "b" * 30):
        left.see(Chunk(ENVELOPE.piece(piece)))
    assert left.call == Call("large", Usage(100 + PICTURE_TOKENS, 15), estimated=True)


def test_many_short_pieces_are_as_many_tokens() -> None:
    left = meter()
    for _ in range(20):
        left.see(Chunk(ENVELOPE.piece("a")))
    assert left.call.usage.completion_tokens == 20


def test_a_call_that_was_given_up_is_charged_for_what_was_asked() -> None:
    assert meter().call == Call("large", Usage(100 + PICTURE_TOKENS, 0), estimated=True)


def test_a_call_that_failed_before_anything_came_is_not_charged() -> None:
    failed = meter()
    failed.failure = "connection"
    assert failed.call == Call("large", Usage())


ONE = ModelRequest(tuple(ASKED))


async def test_a_whole_reply_is_on_a_meter_of_its_own() -> None:
    meters: Meters = []
    model = ScriptedModel(["Swing.", "Mind the vase."], name="large")
    for _ in range(2):
        await complete(model, ONE, meters)
    assert [call.usage.completion_tokens for call in calls_of(meters)] == [1, 3]


async def test_a_call_that_fails_and_one_that_is_given_up_have_meters_too() -> None:
    meters: Meters = []
    with pytest.raises(ModelFailed):
        await complete(ScriptedModel([ModelFailed("large", "connection")], name="large"), ONE, meters)
    waits = asyncio.create_task(complete(ScriptedModel(["never"], name="large", gate=asyncio.Event()), ONE, meters))
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.wait([waits])
    assert calls_of(meters) == [Call("large", Usage()), Call("large", Usage(100 + PICTURE_TOKENS), estimated=True)]


def test_usage_that_runs_along_a_stream_counts_once() -> None:
    running = meter()
    for told in (1, 2, 3):
        running.see(Chunk({**ENVELOPE.piece("a"), "usage": {"prompt_tokens": 900, "completion_tokens": told}}))
    running.see(Chunk({**ENVELOPE.ending(), "usage": None}))
    assert running.call == Call("large", Usage(900, 3))
