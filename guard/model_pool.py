"""Running models, with a life of their own: guards come and go over them.

A pool belongs to one version of the configuration. Versions share a model where its section did not change: it is
started with the first pool that holds it, and closed with the last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from agents.models.base import ChatModel
from agents.models.resilience import Health, Wrapped, health_of
from guard.config import ModelConfig
from guard.identity import identify


class SharedModel:
    """A model, and how many pools hold it open. `setting` is None for one that no configuration describes."""

    def __init__(self, model: ChatModel, setting: ModelConfig | None) -> None:
        self.model = model
        self.setting = setting
        self.identity = ""
        self._pools = 0
        self._turn = asyncio.Lock()

    async def open(self) -> None:
        """Start it unless another pool has."""
        async with self._turn:
            if self._pools == 0:
                try:
                    await self.model.start()
                    if self.setting is not None:  # after the start, which may have brought the files
                        self.identity = await asyncio.to_thread(identify, self.setting)
                except BaseException:
                    await self.model.close()
                    raise
            self._pools += 1

    async def close(self) -> None:
        """Close it unless another pool still holds it."""
        async with self._turn:
            self._pools -= 1
            if self._pools == 0:
                await self.model.close()


class ModelPool(Mapping[str, ChatModel]):
    """The models of one configuration by name, to be started, leased and closed as a whole."""

    def __init__(self, models: Mapping[str, SharedModel]) -> None:
        self._models = dict(models)
        self._open: list[SharedModel] = []
        self._leases = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.ready = False

    @staticmethod
    def of(models: Mapping[str, ChatModel], settings: Mapping[str, ModelConfig]) -> ModelPool:
        """A pool of models that were built already; one that is a pool is taken as it is."""
        if isinstance(models, ModelPool):
            return models
        return ModelPool({name: SharedModel(model, settings.get(name)) for name, model in models.items()})

    def __getitem__(self, name: str) -> ChatModel:
        return self._models[name].model

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def shared(self, name: str, setting: ModelConfig) -> SharedModel | None:
        """The model of that name, for another pool to share, if it has this setting."""
        found = self._models.get(name)
        return found if found is not None and found.setting == setting else None

    def identity(self, name: str) -> str:
        """What the model is (`guard.identity`); empty before it has started."""
        return self._models[name].identity if name in self._models else ""

    def health(self) -> dict[str, Health]:
        """How each model is, by name."""
        return {name: health_of(shared.model) for name, shared in self._models.items()}

    async def look_again(self) -> None:
        """Find out whether models that get no calls answer again."""
        wrapped = [shared.model for shared in self._models.values() if isinstance(shared.model, Wrapped)]
        await asyncio.gather(*(model.look_again() for model in wrapped))

    async def start(self) -> None:
        """Make every model ready, one after another: loading weights wants the memory to itself."""
        for model in self._models.values():
            await model.open()
            self._open.append(model)
        self.ready = True

    async def close(self) -> None:
        """Let go of every model that was started, also where starting failed half-way."""
        self.ready = False
        while self._open:
            await self._open.pop().close()

    @contextmanager
    def lease(self) -> Iterator[None]:
        """Mark these models as in use by a request, so that `idle` waits for its end."""
        self._leases += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._leases -= 1
            if self._leases == 0:
                self._idle.set()

    async def idle(self) -> None:
        """Wait until no request uses these models."""
        await self._idle.wait()

    def evict(self) -> None:
        """End the wait for `idle`, whoever still uses these models."""
        self._idle.set()
