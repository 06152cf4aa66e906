"""The circuit breaker: its states as a table, and calls through it on a clock that the test turns."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ModelRequest
from agents.models.breaker import Breaking, Circuit
from agents.models.resilience import ConcurrencyLimited, Health, health_of
from agents.models.scripted import Reply, ScriptedModel

REQUEST = ModelRequest((user_message("hello"),))
DOWN = ModelFailed("scripted", "connection")
REST = 10.0


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def breaking(script: Sequence[Reply], clock: Clock, failures: int = 3) -> tuple[Breaking, ScriptedModel]:
    model = ScriptedModel(script)
    return Breaking(model, failures=failures, rest=REST, clock=clock), model


async def fares(model: Breaking) -> str:
    try:
        return (await model.complete(REQUEST)).text
    except ModelFailed as failure:
        return failure.kind


def state_of(model: Breaking) -> str:
    return model.state


# Each step: seconds that pass, whether a call may be made, how it ends (None: says nothing), and the state after.
Step = tuple[float, bool, bool | None, str]


@pytest.mark.parametrize(
    "steps",
    [
        [(0, True, False, "closed")] * 5,
        [(0, True, True, "closed"), (0, True, True, "closed"), (0, True, True, "open")],
        [(0, True, True, "closed"), (0, True, True, "closed"), (0, True, False, "closed"), (0, True, True, "closed")],
        [(0, True, True, "closed"), (0, True, None, "closed"), (0, True, True, "closed"), (0, True, True, "open")],
        [
            *[(0, True, True, "")] * 3,
            (9.9, False, None, "open"),
            (0.1, True, False, "closed"),
            (0, True, True, "closed"),
        ],
        [
            *[(0, True, True, "")] * 3,
            (10, True, True, "open"),
            (9.9, False, None, "open"),
            (0.1, True, False, "closed"),
        ],
        [*[(0, True, True, "")] * 3, (10, True, None, "half open"), (0, True, False, "closed")],
        [*[(0, True, True, "")] * 3, (1e9, True, False, "closed")],
    ],
    ids=["well", "three in a row", "not in a row", "says nothing", "heals", "falls back", "probe says nothing", "long"],
)
def test_the_states(steps: list[Step]) -> None:
    circuit, now = Circuit(failures=3, rest=REST), 0.0
    for passed, may, unhealthy, state in steps:
        now += passed
        assert (circuit.wait(now) == 0) is may
        if may:
            probe = circuit.begin(now)
            circuit.end(now, unhealthy=unhealthy, probe=probe)
        assert not state or circuit.state(now) == state


def test_one_probe_at_a_time_and_late_calls_decide_nothing() -> None:
    circuit = Circuit(failures=1, rest=REST)
    late = circuit.begin(0)
    circuit.end(0, unhealthy=True, probe=circuit.begin(0))
    circuit.end(1, unhealthy=False, probe=late)
    assert circuit.state(1) == "open"
    probe = circuit.begin(REST)
    assert probe
    assert circuit.wait(REST) > 0
    circuit.end(REST, unhealthy=False, probe=probe)
    assert circuit.wait(REST) == 0


async def test_a_model_that_is_down_is_left_alone_and_tried_again() -> None:
    clock = Clock()
    model, inner = breaking([DOWN, DOWN, DOWN, "well again", "and on"], clock)
    assert [await fares(model) for _ in range(5)] == ["connection"] * 3 + ["overloaded"] * 2
    assert len(inner.requests) == 3
    assert state_of(model) == "open"
    clock.now += REST
    assert [await fares(model) for _ in range(2)] == ["well again", "and on"]
    assert state_of(model) == "closed"


async def test_who_is_turned_away_is_told_when_to_come_again() -> None:
    clock = Clock()
    model, _ = breaking([DOWN], clock, failures=1)
    await fares(model)
    clock.now += 4
    with pytest.raises(ModelFailed) as caught:
        await model.complete(REQUEST)
    assert caught.value.retry_after == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("failure", "opens"),
    [
        (ModelFailed("m", "timeout"), True),
        (ModelFailed("m", "connection"), True),
        (ModelFailed("m", "overloaded", status=429), True),
        (ModelFailed("m", "internal"), True),
        (ModelFailed("m", "status", status=503), True),
        (ModelFailed("m", "status", status=400), False),
        (ModelFailed("m", "unauthorised", status=401), False),
        (ModelFailed("m", "malformed"), False),
        (ModelFailed("m", "too_large"), False),
        (ModelFailed("m", "cancelled"), False),
    ],
)
async def test_which_failures_count(failure: ModelFailed, opens: bool) -> None:
    model, _ = breaking([failure], Clock(), failures=1)
    await fares(model)
    assert (model.state == "open") is opens


async def test_a_stream_counts_by_how_it_ends() -> None:
    clock = Clock()
    model, _ = breaking([DOWN, "a b c", "a b c"], clock, failures=1)
    with pytest.raises(ModelFailed):
        await anext(model.stream(REQUEST))
    assert state_of(model) == "open"
    clock.now += REST
    async with aclosing(model.stream(REQUEST)) as left_early:
        await anext(left_early)
    assert state_of(model) == "half open"
    assert [chunk.text for chunk in [chunk async for chunk in model.stream(REQUEST)] if chunk.text] == ["a ", "b ", "c"]
    assert state_of(model) == "closed"


async def test_a_client_that_leaves_says_nothing_of_the_model() -> None:
    gate = asyncio.Event()
    model = Breaking(ScriptedModel(["late"], gate=gate), failures=1, rest=REST)
    call = asyncio.create_task(model.complete(REQUEST))
    await asyncio.sleep(0)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert state_of(model) == "closed"


async def test_while_a_probe_is_under_way_others_are_turned_away() -> None:
    clock, gate = Clock(), asyncio.Event()
    inner = ScriptedModel([DOWN, "well"], gate=gate)
    model = Breaking(inner, failures=1, rest=REST, clock=clock)
    gate.set()
    await fares(model)
    gate.clear()
    clock.now += REST
    probe = asyncio.create_task(fares(model))
    await asyncio.sleep(0.01)
    assert await fares(model) == "overloaded"
    gate.set()
    assert await probe == "well"
    assert len(inner.requests) == 2


async def test_the_log_says_when_a_model_is_left_alone_and_when_it_is_back(caplog: pytest.LogCaptureFixture) -> None:
    clock, down = Clock(), ModelFailed("scripted", "status", status=503, code="down", detail="loading")
    model, _ = breaking([down, down, down, down, "yes", "yes"], clock)
    for _ in range(4):
        await fares(model)
    assert [line for line in caplog.messages if "no calls for 10 seconds" in line and "503 (down): loading" in line]
    assert model.health.failure == down.facts
    for _ in range(2):
        clock.now += REST
        await fares(model)
    assert model.health == Health()
    assert [line.split()[2] for line in caplog.messages] == ["gets", "gets", "answers"]


def test_health_is_seen_through_what_stands_around_a_breaker() -> None:
    model, _ = breaking([], Clock())
    assert health_of(ConcurrencyLimited(model, at_once=1, waiting=1)) == model.health
    assert health_of(ScriptedModel([])) == Health()
