"""The pool: models are started once and closed once, whoever shares them."""

from __future__ import annotations

import asyncio

import pytest

from agents.errors import CheckpointUnavailable
from agents.models.base import ChatModel
from agents.models.scripted import ScriptedModel
from guard.config import Config, LocalConfig
from guard.model_pool import ModelPool, SharedModel
from guard.models import build_models

HERE = LocalConfig(kind="local", path="./here")


class CountedModel(ScriptedModel):
    """Counts how often it was started and closed."""

    def __init__(self, *, starts: bool = True) -> None:
        super().__init__([])
        self.life: list[str] = []
        self._starts = starts

    async def start(self) -> None:
        self.life.append("start")
        await asyncio.sleep(0)
        if not self._starts:
            raise CheckpointUnavailable("here", "no such folder")

    async def close(self) -> None:
        self.life.append("close")


def pools(shared: ChatModel, *own: ChatModel) -> list[ModelPool]:
    """A pool for each model in `own`, with `shared` in all of them."""
    both = SharedModel(shared, HERE)
    return [ModelPool({"shared": both, "own": SharedModel(model, None)}) for model in own]


async def test_a_shared_model_is_started_once_and_closed_with_the_last_pool() -> None:
    shared, one, other = CountedModel(), CountedModel(), CountedModel()
    first, second = pools(shared, one, other)
    await asyncio.gather(first.start(), second.start())
    assert (first.ready, second.ready) == (True, True)
    await first.close()
    assert (shared.life, one.life, other.life) == (["start"], ["start", "close"], ["start"])
    assert (first.ready, second.ready) == (False, True)
    await second.close()
    assert shared.life == ["start", "close"]


async def test_a_start_that_fails_half_way_is_closed_as_far_as_it_came() -> None:
    shared, bad, good = CountedModel(), CountedModel(starts=False), CountedModel()
    failing, running = pools(shared, bad, good)
    await running.start()
    with pytest.raises(CheckpointUnavailable):
        await failing.start()
    assert not failing.ready
    assert bad.life == ["start", "close"]
    await failing.close()
    assert (shared.life, bad.life) == (["start"], ["start", "close"])
    await running.close()
    assert shared.life == ["start", "close"]


async def test_closing_twice_is_closing_once() -> None:
    shared, one, other = CountedModel(), CountedModel(), CountedModel()
    first, second = pools(shared, one, other)
    await first.start()
    await second.start()
    await first.close()
    await first.close()
    assert shared.life == ["start"]


async def test_a_pool_is_idle_when_its_last_lease_ends() -> None:
    (pool,) = pools(CountedModel(), CountedModel())
    await pool.idle()
    with pool.lease():
        with pool.lease():
            waiting = asyncio.create_task(pool.idle())
            await asyncio.sleep(0)
        assert not waiting.done()
    await waiting


async def test_a_model_is_known_by_its_identity_from_its_start() -> None:
    (pool,) = pools(CountedModel(), CountedModel())
    assert pool.identity("shared") == pool.identity("nobody") == ""
    await pool.start()
    assert len(pool.identity("shared")) == 64
    assert pool.identity("own") == ""


def configured(**models: str) -> Config:
    return Config.model_validate(
        {
            "models": {name: {"kind": "local", "path": path} for name, path in models.items()},
            "deployments": {"test": {"model": "small"}},
        }
    )


def test_a_model_whose_section_has_not_changed_is_shared() -> None:
    before = build_models(configured(small="./a", large="./b"), {})
    after = build_models(configured(small="./a", large="./c", new="./d"), {}, before)
    assert after["small"] is before["small"]
    assert after["large"] is not before["large"]
    assert set(after) == {"small", "large", "new"}


async def test_eviction_ends_the_wait_though_a_lease_is_held() -> None:
    (pool,) = pools(CountedModel(), CountedModel())
    with pool.lease():
        pool.evict()
        await pool.idle()
