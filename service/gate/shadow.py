"""Judgements in shadow mode: they run beside a reply that does not wait for them, and end up in its outcome."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from agents.giving_up import give_up
from agents.meter import Meters, calls_of
from agents.models.base import JsonObject
from guard.errors import NotJudged
from guard.verdict import Ruling
from service.audit.content_store import Content
from service.audit.log import AuditLog
from service.audit.record import Record
from service.gate.audit import fault_field, finding_pieces, late_body
from service.gate.billing import Billing
from service.gate.draft import stop
from service.gate.request_context import RequestContext
from service.middleware.admission import WorkQueue
from service.telemetry.metrics import Metrics

MAX_RUNNING = 64  # after their replies; as many again may run beside replies that are on their way
SHED = "shed"  # why there is no verdict, where there was no room for one


class Shadow:
    """A judgement under way. It is charged and counted when it ends, whatever becomes of its reply."""

    def __init__(self, context: RequestContext, billing: Billing, metrics: Metrics) -> None:
        self._meters: Meters = []
        self._context = context
        self._billing = billing
        self._metrics = metrics
        task = asyncio.create_task(context.deployment.rule(context.request.conversation, self._meters))
        task.add_done_callback(self._account)
        self.tasks = [task]

    async def ruling(self) -> Ruling:
        """What would have been decided; raises `NotJudged`."""
        return await self.tasks[0]

    @property
    def cost(self) -> JsonObject | None:
        """What its calls cost by now, for the record."""
        return self._billing.account(self._context, calls_of(self._meters))

    def cancel(self) -> None:
        stop(self.tasks[0])

    def _account(self, task: asyncio.Task[Ruling]) -> None:
        self._billing.charge(self._context, calls_of(self._meters))
        self._metrics.models.called(self._meters, self._context.prices, self._context.caller.key_id)
        if not task.cancelled():
            ruling = None if task.exception() else task.result()
            self._metrics.judged_in_shadow(self._context.deployment.name, ruling)


class Shadows:
    """Those that still run after their reply has gone out. Each has its deployment's deadline."""

    def __init__(self, audit: AuditLog, queue: WorkQueue, metrics: Metrics, billing: Billing) -> None:
        self._audit = audit
        self._queue = queue
        self._metrics = metrics
        self._billing = billing
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, context: RequestContext) -> Shadow | None:
        """Judge beside the reply; None where there is no room: under overload, shadows are what is shed first."""
        if self._queue.waiting or len(self._running) >= MAX_RUNNING:
            return None
        return Shadow(context, self._billing, self._metrics)

    def finish(self, shadow: Shadow | None, outcome: Record, content: Content | None) -> None:
        """Record the outcome, as soon as the judgement is there."""
        if shadow is None:
            self._audit.post(replace(outcome, body={**outcome.body, "shadow": {"failure": SHED}}), content)
            return
        task = asyncio.create_task(self._finish(shadow, outcome, content))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Give up the judgements that nobody waits for."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _finish(self, shadow: Shadow, outcome: Record, content: Content | None) -> None:
        key = self._audit.key
        try:
            ruling = await shadow.ruling()
            judged = late_body(ruling, key)
            content = content and content.plus(finding_pieces(ruling.reports, key))
        except NotJudged as failure:
            judged = {"failure": failure.cause, **fault_field(failure.fault)}
        except asyncio.CancelledError:
            judged = {"failure": "cancelled"}
        finally:
            await give_up(shadow.tasks)
        told = {**outcome.body, "shadow": {**judged, "cost": shadow.cost}}
        self._audit.post(replace(outcome, body=told), content)
