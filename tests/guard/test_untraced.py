"""Untraced nodes run as LangGraph's own do: in steps, beside each other, and with their failures."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from langgraph.channels import LastValue
from langgraph.pregel import Pregel

from agents.giving_up import give_up
from guard.untraced import Step, run_untraced, untraced_node

Told = list[str]
TURNS = 40  # of the loop; a run takes fewer


def tells(name: str) -> Step[Told]:
    async def step(told: Told) -> None:
        told.append(f"{name} begins")
        await asyncio.sleep(0)
        told.append(f"{name} ends")

    return step


async def ran(steps: Mapping[str, tuple[Step[Told], Sequence[str]]]) -> Told:
    """What the steps of a graph told."""
    nodes = {name: untraced_node([step], name, reads="told", after=after) for name, (step, after) in steps.items()}
    channels: dict[str, Any] = {name: LastValue(Any) for name in ("told", *steps)}
    graph: Pregel[Any, None, Any, Any] = Pregel(
        nodes=nodes, channels=channels, input_channels="told", output_channels=list(steps)
    )
    told: Told = []
    await run_untraced(graph, told)
    return told


async def test_steps_beside_each_other_run_at_once_and_the_next_waits_for_all_of_them_and_runs_once() -> None:
    told = await ran({"a": (tells("a"), ["told"]), "b": (tells("b"), ["told"]), "c": (tells("c"), ["a", "b"])})
    assert told == ["a begins", "b begins", "a ends", "b ends", "c begins", "c ends"]


async def test_the_steps_of_one_node_run_one_after_another_and_none_after_a_failure() -> None:
    async def fails(_: Told) -> None:
        raise KeyError("why")

    def graph(*steps: Step[Told]) -> Pregel[Any, None, Any, Any]:
        node = untraced_node(steps, "a", reads="told", after=["told"])
        channels: dict[str, Any] = {name: LastValue(Any) for name in ("told", "a")}
        return Pregel(nodes={"a": node}, channels=channels, input_channels="told", output_channels="a")

    told: Told = []
    await run_untraced(graph(tells("a"), tells("b")), told)
    assert told == ["a begins", "a ends", "b begins", "b ends"]
    told.clear()
    with pytest.raises(KeyError, match="why"):
        await run_untraced(graph(tells("a"), fails, tells("b")), told)
    assert told == ["a begins", "a ends"]


async def test_a_failure_comes_out_as_it_is_and_stops_what_runs_beside_it() -> None:
    async def fails(_: Told) -> None:
        raise KeyError("why")

    stopped: Told = []

    async def waits(_: Told) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.append("a")

    with pytest.raises(KeyError, match="why"):
        await ran({"a": (waits, ["told"]), "b": (fails, ["told"]), "c": (tells("c"), ["a", "b"])})
    assert stopped == ["a"]


async def test_who_is_given_up_stops_every_step() -> None:
    stopped: Told = []

    def waits(name: str) -> Step[Told]:
        async def step(_: Told) -> None:
            try:
                await asyncio.sleep(60)
            finally:
                stopped.append(name)

        return step

    for steps in ({"a": (waits("a"), ["told"])}, {name: (waits(name), ["told"]) for name in ("b", "c")}):
        run = asyncio.create_task(ran(steps))
        await asyncio.sleep(0.05)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert sorted(stopped) == ["a", "b", "c"]


async def test_no_tracer_of_langchain_hears_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that the environment asks for would send what people say to a service."""
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    begun: list[object] = []
    monkeypatch.setattr(
        "langchain_core.tracers.langchain.LangChainTracer.__init__", lambda self, **_: begun.append(self)
    )
    assert await ran({"a": (tells("a"), ["told"])}) == ["a begins", "a ends"]
    assert begun == []


class Given(list[str]):
    """What a run is given, so that it can be seen whether anything still holds it."""


@pytest.mark.parametrize("fails", [False, True])
async def test_a_run_that_is_given_up_at_any_moment_leaves_nothing_behind(*, fails: bool) -> None:
    """Without the collector: a cycle would keep the conversation in memory until it came by."""

    async def last(told: Told) -> None:
        await asyncio.sleep(0)
        if fails:
            raise KeyError("why")
        told.append("done")

    nodes = {"a": untraced_node([tells("a")], "a", reads="told", after=["told"])}
    nodes["b"] = untraced_node([last], "b", reads="told", after=["a"])
    channels: dict[str, Any] = {name: LastValue(Any) for name in ("told", "a", "b")}
    graph: Pregel[Any, None, Any, Any] = Pregel(
        nodes=nodes, channels=channels, input_channels="told", output_channels="b"
    )
    gc.disable()
    try:
        for turns in range(1, TURNS):
            given = Given()
            held, tasks = weakref.ref(given), [asyncio.create_task(run_untraced(graph, given))]
            del given
            for _ in range(turns):
                await asyncio.sleep(0)
            await give_up(tasks)
            await asyncio.sleep(0)
            assert held() is None, f"given up after {turns} turns of the loop"
    finally:
        gc.enable()
