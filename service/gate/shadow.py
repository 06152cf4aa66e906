"""Judgements in shadow mode: they run beside a reply that does not wait for them, and end up in its outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from agents.models.base import JsonObject
from guard.errors import NotJudged
from guard.verdict import Ruling
from service.audit.content_store import Content
from service.audit.log import Records
from service.audit.record import Record
from service.gate.audit_body import late_account
from service.gate.audit_content import finding_pieces
from service.middleware.admission import WorkQueue

MAX_RUNNING = 64  # after their replies; as many again may run beside replies that are on their way
SHED = "shed"  # why there is no verdict, where there was no room for one


@dataclass(frozen=True)
class Shadow:
    """A judgement under way, and how to tell what it cost once it is done."""

    judging: asyncio.Task[Ruling]
    cost: Callable[[], JsonObject | None]


class Shadows:
    """Those that still run after their reply has gone out. Each has its deployment's deadline."""

    def __init__(self, records: Records, queue: WorkQueue) -> None:
        self._records = records
        self._queue = queue
        self._running: set[asyncio.Task[None]] = set()

    @property
    def have_room(self) -> bool:
        """Whether one more may begin: under overload they are what is shed first."""
        return not self._queue.waiting and len(self._running) < MAX_RUNNING

    def finish(self, shadow: Shadow, outcome: Record, content: Content | None) -> None:
        """Record the outcome when the judgement is there."""
        task = asyncio.create_task(self._finish(shadow, outcome, content))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _finish(self, shadow: Shadow, outcome: Record, content: Content | None) -> None:
        key = self._records.key
        try:
            ruling = await shadow.judging
            account = late_account(ruling, key)
            content = content and content.plus(finding_pieces(ruling.reports, key))
        except NotJudged as refusal:
            account = {"failure": refusal.cause}
        except asyncio.CancelledError:
            account = {"failure": "cancelled"}
        told = {**outcome.body, "shadow": {**account, "cost": shadow.cost()}}
        self._records.post(replace(outcome, body=told), content)
