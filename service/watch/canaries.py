"""Canaries: requests with a known answer, asked every few minutes as a client would ask them."""

from __future__ import annotations

import asyncio
import logging

from agents.beside import beside
from agents.conversation import Conversation, user_message
from guard.config import Canary
from guard.errors import NotJudged
from guard.guard import Guard
from guard.holder import GuardHolder
from service.canary_pictures import canary_picture
from service.telemetry.metrics import Metrics
from service.watch.alerts import Alerts, Event

NO_VERDICT = "none"

logger = logging.getLogger(__name__)


class Canaries:
    """Asks every canary of the configuration that serves, each at its own pace."""

    def __init__(self, guards: GuardHolder, metrics: Metrics, alerts: Alerts) -> None:
        self._guards = guards
        self._metrics = metrics
        self._alerts = alerts
        self._turned: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._asked: dict[str, Canary] = {}

    def follow(self, guard: Guard) -> None:
        """Ask the canaries of this guard from now on; those that did not change go on at their pace."""
        if guard.config.canaries == self._asked:
            return
        self.close()
        self._asked = dict(guard.config.canaries)
        self._tasks = [asyncio.create_task(self._ask(name, canary)) for name, canary in self._asked.items()]

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _ask(self, name: str, canary: Canary) -> None:
        while True:
            try:
                verdict = await self.verdict(canary)
            except Exception:
                logger.exception("canary %s could not be asked", name)
                verdict = NO_VERDICT
            self._tell(name, canary, verdict)
            await asyncio.sleep(canary.every_minutes * 60)

    async def verdict(self, canary: Canary) -> str:
        """What the deployment says of it now; `none` where it says nothing."""
        shown = canary.picture
        picture = None if shown is None else await beside(lambda: canary_picture(shown))
        conversation = Conversation((user_message(canary.text, *([picture] if picture else [])),))
        with self._guards.lease() as guard:
            try:
                ruling = await guard.deployment(canary.deployment).rule(conversation)
            except NotJudged:
                return NO_VERDICT
        return ruling.judgement.word

    def _tell(self, name: str, canary: Canary, verdict: str) -> None:
        """Count it, and tell where it turned or came back."""
        right = verdict == canary.expect
        self._metrics.canary(name, right=right)
        facts = {"canary": name, "deployment": canary.deployment, "expected": str(canary.expect), "verdict": verdict}
        if not right and name not in self._turned:
            self._turned.add(name)
            self._alerts.tell(Event.CANARY_TURNED, **facts)
        elif right and name in self._turned:
            self._turned.remove(name)
            self._alerts.tell(Event.CANARY_RECOVERED, **facts)
