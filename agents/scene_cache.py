"""What was seen in pictures, kept for the next question about them. One cache serves one agent of one deployment.

So its findings are by one model under one prompt, and are never shared between deployments. Only the look that no word
of a conversation touches can be kept: with `focus`, a finding depends on what is asked.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from agents.agent import Brief, Report
from agents.conversation import Kind
from agents.findings import IntentFinding, NotApplicable, SceneFinding
from agents.models.base import ChatModel, Usage
from agents.visual import VisualAgent

MAX_FINDINGS = 1024  # some kilobytes each at the most
MAX_SECONDS = 3600.0  # an endpoint may come to serve another model behind the same name

Key = tuple[tuple[str, str | None], ...]
"""The pictures in their order, each by its digest and its `detail`."""
Scene = Report[SceneFinding | NotApplicable]


@dataclass(frozen=True)
class SceneCache:
    """Findings by the pictures that they are of, the newest `most`, none older than `seconds`.

    Of questions about the same pictures that come at once, one is asked, and the others wait for its finding. A
    failure is not kept: then each of them asks for itself.
    """

    most: int = MAX_FINDINGS
    seconds: float = MAX_SECONDS
    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[Key, tuple[float, Scene]] = field(default_factory=OrderedDict)
    _under_way: dict[Key, asyncio.Future[Scene | None]] = field(default_factory=dict)

    async def look(self, key: Key, ask: Callable[[], Awaitable[Scene]]) -> Scene:
        """The report as it is kept, or as `ask` brings it. Raises as `ask` does."""
        if (kept := self._fresh(key)) is not None:
            return kept
        if (flight := self._under_way.get(key)) is not None:
            # Shielded: a waiting client that leaves must not end the wait of the others.
            landed = await asyncio.shield(flight)
            return await ask() if landed is None else _as_hit(landed)
        flight = self._under_way[key] = asyncio.get_running_loop().create_future()
        report: Scene | None = None
        try:
            report = await ask()
            self._keep(key, report)
        finally:
            del self._under_way[key]
            flight.set_result(report)
        return report

    def _fresh(self, key: Key) -> Scene | None:
        since, report = self._kept.get(key, (0.0, None))
        if report is None or self.clock() - since >= self.seconds:
            return None
        self._kept.move_to_end(key)
        return _as_hit(report)

    def _keep(self, key: Key, report: Scene) -> None:
        self._kept[key] = self.clock(), report
        self._kept.move_to_end(key)
        if len(self._kept) > self.most:
            self._kept.popitem(last=False)


def _as_hit(report: Scene) -> Scene:
    """The report of a request that made no call: what it is based on is the same, it cost nothing, and it says so."""
    return replace(report, usage=Usage(), milliseconds=0.0, asks=0, cached=True)


@dataclass(frozen=True)
class CachedVisualAgent:
    """The visual agent with a cache in front of it."""

    name: ClassVar[str] = VisualAgent.name
    kinds: ClassVar[frozenset[Kind]] = VisualAgent.kinds
    looks: VisualAgent
    cache: SceneCache = field(default_factory=SceneCache)

    @property
    def model(self) -> ChatModel:
        return self.looks.model

    async def assess(self, brief: Brief, intent: IntentFinding | None = None) -> Scene:
        pictures = brief.conversation.pictures
        if intent is not None or not pictures:
            return await self.looks.assess(brief, intent)
        key = tuple((part.digest, part.detail) for part in pictures)
        return await self.cache.look(key, lambda: self.looks.assess(brief))
