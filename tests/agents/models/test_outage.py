"""Only what our own question confirms is an outage. It is asked once for all, and not again for some seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.loop_lag import HELD_SECONDS, TICK_SECONDS
from agents.models.base import ModelRequest
from agents.models.outage import ASKS, KEPT_SECONDS, QUESTION, OutageConfirming
from agents.models.resilience import Retrying
from agents.models.scripted import Reply, ScriptedModel
from tests.agents.models.test_breaker import Clock

REQUEST = ModelRequest((user_message("hello"),))
LOST = ModelFailed("m", "connection")
BROKEN = ModelFailed("m", "status", status=500)
WELL: Reply = "OK"


def confirming(asked: Reply, own: Reply | Callable[[], Reply], clock: Clock) -> tuple[OutageConfirming, ScriptedModel]:
    """A model that replies to requests in one way, and to our own question in another."""

    def reply(request: ModelRequest) -> Reply:
        if request is not QUESTION:
            return asked
        return own() if callable(own) else own

    model = ScriptedModel(reply)
    return OutageConfirming(model, clock=clock), model


async def is_outage(model: OutageConfirming) -> bool:
    with pytest.raises(ModelFailed) as caught:
        await model.complete(REQUEST)
    return caught.value.outage


def own_questions(model: ScriptedModel) -> int:
    return sum(request is QUESTION for request in model.requests)


def failed(kind: str, status: int | None = None) -> ModelFailed:
    return ModelFailed("m", kind, status=status)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "own", "outage"),
    [
        (failed("connection"), LOST, True),
        (failed("connection"), BROKEN, True),
        (failed("status", 503), LOST, True),
        (failed("status", 503), BROKEN, True),
        (failed("connection"), WELL, False),
        (failed("status", 500), WELL, False),
        (failed("connection"), failed("timeout"), False),
        (failed("connection"), failed("overloaded", 429), False),
        (failed("status", 500), failed("status", 400), False),
        (failed("status", 400), LOST, False),
        (failed("timeout"), LOST, False),
        (failed("overloaded", 429), LOST, False),
        (failed("unauthorised", 401), LOST, False),
        (failed("malformed"), LOST, False),
        (failed("too_large"), LOST, False),
        (failed("internal"), LOST, False),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_which_failures_are_an_outage(asked: ModelFailed, own: Reply, outage: bool, stream: bool) -> None:
    model, inner = confirming(asked, own, Clock())
    if stream:
        with pytest.raises(ModelFailed) as caught:
            await anext(model.stream(REQUEST))
        assert caught.value.outage is outage
    else:
        assert await is_outage(model) is outage
    assert own_questions(inner) == (ASKS if outage else asked.suggests_outage)


async def test_all_that_wait_share_one_question() -> None:
    gate = asyncio.Event()
    gate.set()
    inner = ScriptedModel(lambda _: failed("connection"), gate=gate)
    model = OutageConfirming(inner)
    assert await asyncio.gather(*(is_outage(model) for _ in range(20))) == [True] * 20
    assert own_questions(inner) == ASKS


@pytest.mark.parametrize("own", [WELL, LOST])
async def test_an_answer_is_kept_for_some_seconds(own: Reply) -> None:
    clock = Clock()
    model, inner = confirming(failed("connection"), own, clock)
    for _ in range(5):
        await is_outage(model)
    once = own_questions(inner)
    assert once == (1 if own is WELL else ASKS)
    clock.now += KEPT_SECONDS
    await is_outage(model)
    assert own_questions(inner) == 2 * once


async def test_one_failure_of_our_own_question_confirms_nothing() -> None:
    model = OutageConfirming(ScriptedModel([failed("connection"), failed("connection"), "OK"]))
    assert not await is_outage(model)


async def test_our_own_question_is_not_retried() -> None:
    """An endpoint that says when to come again would make it wait for longer than it has time."""
    down = ModelFailed("m", "status", status=503, retry_after=19.0)
    endpoint = ScriptedModel(lambda request: down if request is QUESTION else failed("connection"))
    model = OutageConfirming(Retrying(endpoint, attempts=2, backoff=0.01), endpoint=endpoint)
    assert await asyncio.wait_for(is_outage(model), 2)


async def test_a_model_that_answered_since_must_be_asked_again() -> None:
    """An outage that is over: a failure right after it may be a client's."""
    replies: list[Reply] = [*(failed("connection") for _ in range(1 + ASKS)), "well", failed("connection"), "OK"]
    model = OutageConfirming(ScriptedModel(replies))
    assert await is_outage(model)
    await model.complete(REQUEST)
    assert not await is_outage(model)


async def test_a_request_that_is_given_up_leaves_the_question_to_others() -> None:
    inner = ScriptedModel(lambda _: failed("connection"), delay=0.05)
    model = OutageConfirming(inner)
    first, second = (asyncio.create_task(is_outage(model)) for _ in range(2))
    await asyncio.sleep(0.07)
    first.cancel()
    assert await second
    assert own_questions(inner) == ASKS


async def test_a_loop_that_was_held_confirms_nothing() -> None:
    def hold() -> Reply:
        time.sleep(HELD_SECONDS + 2 * TICK_SECONDS)
        return LOST

    model, _ = confirming(failed("connection"), hold, Clock())
    await model.start()
    await asyncio.sleep(0)
    assert not await is_outage(model)
    await model.close()


async def test_a_model_that_we_close_is_not_down() -> None:
    model, _ = confirming(failed("connection"), LOST, Clock())
    await model.start()
    await model.close()
    assert not await is_outage(model)
