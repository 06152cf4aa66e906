"""The holder: a guard is exchanged while requests of the old one finish."""

from __future__ import annotations

import asyncio

import pytest

from agents.errors import CheckpointUnavailable
from agents.models.base import ChatModel
from agents.models.scripted import ScriptedModel
from guard.config import Config
from guard.guard import Guard
from guard.holder import GuardHolder
from guard.model_pool import ModelPool, SharedModel
from guard.verdict import Action, Released
from tests.scripts import UNSAFE, Roles, golf, picture


def guard(model: ChatModel | SharedModel, *, mode: str = "enforce") -> Guard:
    """A guard over one model, which may be another guard's too."""
    shared = model if isinstance(model, SharedModel) else SharedModel(model, None)
    config = Config.model_validate(
        {
            "models": {"small": {"kind": "local", "path": "./here"}},
            "deployments": {"test": {"model": "small", "prompts": "compact", "mode": mode}},
        }
    )
    return Guard(config, ModelPool({"small": shared}))


async def turns() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_new_requests_get_the_new_guard_and_the_old_one_closes_after_its_last() -> None:
    old, new = ScriptedModel(Roles()), ScriptedModel(Roles())
    holder = GuardHolder(guard(old))
    await holder.start()
    with holder.lease() as begun:
        await holder.exchange(guard(new))
        assert holder.current is not begun
        with holder.lease() as later:
            assert later is holder.current
        await turns()
        assert (old.running, new.running) == (True, True)
        assert (await begun.deployment("test").rule(golf(picture()))).judgement.action is Action.RELEASE
        assert old.requests
        assert not new.requests
    await turns()
    assert (old.running, new.running) == (False, True)
    await holder.close()
    assert not new.running


async def test_a_model_that_both_guards_share_goes_on() -> None:
    model = ScriptedModel(Roles())
    shared = SharedModel(model, None)
    holder = GuardHolder(guard(shared))
    await holder.start()
    await holder.exchange(guard(shared, mode="off"))
    await turns()
    assert model.running
    assert (await holder.current.deployment("test").rule(golf())).released is Released.OFF
    await holder.close()
    assert not model.running


async def test_a_judgement_that_outlives_its_request_keeps_its_models_open() -> None:
    gate = asyncio.Event()
    old = ScriptedModel(Roles(situation=UNSAFE), gate=gate)
    holder = GuardHolder(guard(old))
    await holder.start()
    with holder.lease() as begun:
        ruling = asyncio.create_task(begun.deployment("test").rule(golf(picture())))
        await turns()
    await holder.exchange(guard(ScriptedModel(Roles())))
    await turns()
    assert old.running
    gate.set()
    assert (await ruling).judgement.action is Action.WARN
    await turns()
    assert not old.running
    await holder.close()


async def test_a_guard_that_cannot_start_changes_nothing() -> None:
    class Missing(ScriptedModel):
        async def start(self) -> None:
            raise CheckpointUnavailable("here", "no such folder")

    model = ScriptedModel(Roles())
    holder = GuardHolder(guard(model))
    await holder.start()
    before = holder.current
    with pytest.raises(CheckpointUnavailable):
        await holder.exchange(guard(Missing([])))
    await turns()
    assert holder.current is before
    assert model.running
    await holder.close()


async def test_closing_waits_for_nobody_and_leaves_nothing_open() -> None:
    old, new = ScriptedModel(Roles()), ScriptedModel(Roles())
    holder = GuardHolder(guard(old))
    await holder.start()
    with holder.lease():
        await holder.exchange(guard(new))
        await holder.close()
        assert (old.running, new.running) == (False, False)


async def test_a_watcher_hears_of_each_guard() -> None:
    seen: list[Guard] = []
    first, second = guard(ScriptedModel([])), guard(ScriptedModel([]))
    holder = GuardHolder(first)
    holder.watch(seen.append)
    await holder.exchange(second)
    assert seen == [first, second]
    await holder.close()
