"""The watch of one process: it looks at models every few seconds, and at each decision as it is counted."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

from guard.holder import GuardHolder
from guard.verdict import Released, Ruling
from service.telemetry.metrics import Metrics
from service.watch.alerts import Alerts, Event
from service.watch.canaries import Canaries
from service.watch.drift import VerdictRate

LOOK_SECONDS = 2.0  # between looks at the models
QUIET_SECONDS = 300.0  # before a deployment's failing open is told again


class Watch:
    """From `start` to `close`."""

    def __init__(self, guards: GuardHolder, metrics: Metrics, webhook: str | None = None) -> None:
        self.alerts = Alerts(metrics, webhook)
        self.canaries = Canaries(guards, metrics, self.alerts)
        self._guards = guards
        self._rates: dict[str, VerdictRate] = defaultdict(VerdictRate)
        self._resting: set[str] = set()
        self._told_open: dict[str, float] = {}
        self._task: asyncio.Task[None] | None = None
        metrics.watched_by(self.decided)

    def start(self) -> None:
        self.alerts.start()
        self._task = asyncio.create_task(self._look())

    async def close(self) -> None:
        self.canaries.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.alerts.close()

    def decided(self, deployment: str, ruling: Ruling) -> None:
        """Look at a decision or at a judgement in shadow mode."""
        if ruling.released is Released.FAILED_OPEN:
            now = time.monotonic()
            if now - self._told_open.get(deployment, -QUIET_SECONDS) >= QUIET_SECONDS:
                self._told_open[deployment] = now
                self.alerts.tell(Event.FAILED_OPEN, deployment=deployment, cause=ruling.failure)
        elif ruling.judgement.verdict is not None:
            drift = self._rates[deployment].add(unsafe=ruling.judgement.word == "unsafe")
            if drift is not None:
                self.alerts.tell(Event.VERDICTS_DRIFT, deployment=deployment, before=drift.before, now=drift.now)

    async def _look(self) -> None:
        while True:
            self.canaries.follow(self._guards.current)
            await self._guards.current.models.look_again()
            self._compare({name for name, each in self._guards.current.models.health().items() if each.state == "open"})
            await asyncio.sleep(LOOK_SECONDS)

    def _compare(self, resting: set[str]) -> None:
        for model in resting - self._resting:
            self.alerts.tell(Event.MODEL_RESTS, model=model)
        for model in self._resting - resting:
            self.alerts.tell(Event.MODEL_ANSWERS, model=model)
        self._resting = resting
