"""The gate: it owns the draft, and nothing goes out before the decision is on disk.

A passage is one request on its way through. Its two forms, for a whole reply and for a streamed one, are in `release`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from agents.meter import Meter, Meters, calls_of
from agents.models.base import JsonObject
from guard.errors import NotJudged
from guard.verdict import Action, Judgement, Released, Ruling
from service.audit.log import Records
from service.audit.record import Record
from service.gate.audit_body import decision_body, kept_until
from service.gate.audit_content import outcome_content, request_content
from service.gate.billing import Spending
from service.gate.draft import Asked
from service.gate.reply_stats import Tally
from service.gate.request_context import Visit
from service.gate.shadow import SHED, Shadow, Shadows
from service.middleware.admission import WorkQueue
from service.openai.errors import REQUEST_TIMEOUT, WireFault
from service.telemetry.metrics import Metrics

NOTHING = "nothing"  # in place of `released`, where no answer went out


class Draft(Protocol):
    """A call to the answering model, under way."""

    meter: Meter

    def cancel(self) -> None: ...


D = TypeVar("D", bound=Draft)


class Gate:
    """What all passages share."""

    def __init__(self, records: Records, queue: WorkQueue, metrics: Metrics, spending: Spending) -> None:
        self.metrics = metrics
        self.spending = spending
        self.records = records
        self.shadows = Shadows(records, queue)

    async def close(self) -> None:
        """Give up the judgements that nobody waits for."""
        await self.shadows.close()


class Passage(Generic[D]):
    """One request on its way. `ruling` is there once its record is on disk, `recorded` set once one is on its way."""

    def __init__(self, visit: Visit, gate: Gate) -> None:
        self.visit = visit
        self.ruling: Ruling | None = None
        self.draft: D | None = None
        self.tally = Tally()
        self._gate = gate
        self.recorded = False
        self._shadow: asyncio.Task[Ruling] | None = None
        self.meters: Meters = []  # of all calls but the draft
        self._shadow_meters: Meters = []

    @property
    def ungated(self) -> Released | None:
        """Why no verdict holds the answer back; None where one does."""
        return self.visit.ungated

    def begin(self, call: Asked) -> D:
        """Ask the answering model."""
        raise NotImplementedError

    async def decide(self) -> Ruling:
        """Judge and record, the draft beside it. Raises `NotJudged` and `RecordsUnavailable`: then nothing goes out."""
        self.begin_beside()
        try:
            ruling = self._ungated_ruling() or await self._rule(self.meters)
        except NotJudged as refusal:
            self._gate.metrics.held_back(self.visit.deployment.name)
            await self._commit(Ruling(Judgement(None, Action.REFUSE), refusal.reports, failure=refusal.cause), NOTHING)
            raise
        await self._commit(ruling, ruling.released)
        self.ruling = ruling
        if self.draft is not None and not self.releases_draft:
            self.draft.cancel()
        return ruling

    @property
    def releases_draft(self) -> bool:
        """Whether the model's own answer is what goes out."""
        ruling = self.ruling
        return ruling is not None and ruling.text is None and ruling.judgement.action is Action.RELEASE

    def released_draft(self) -> D:
        """The draft to release; begun now if it was not yet (`draft: after`, or a method that failed open)."""
        if self.draft is None:
            self.draft = self.begin(self.visit.draft_call() or self.visit.plain_call())
        return self.draft

    def leave(self, cut_off: str | None) -> None:
        """Give up what still runs, and record the outcome. `cut_off` says why the reply did not get through whole."""
        if self.draft is not None:
            self.draft.cancel()
        self._gate.spending.charge(self.visit.caller.key, calls_of(self._all_meters))
        if self.ruling is None:
            self._leave_undecided(cut_off)
            return
        if self._shadow is not None and cut_off is not None:
            self._shadow.cancel()
        outcome = self._outcome(cut_off)
        content = outcome_content(self.visit, self.tally, self._gate.records.key)
        if self._shadow is None:
            self._gate.records.post(outcome, content)
        else:
            shadow = Shadow(self._shadow, partial(self._cost, self._shadow_meters))
            self._gate.shadows.finish(shadow, outcome, content)

    def noted(self, body: JsonObject) -> JsonObject:
        """A body that goes out; remembered for the outcome where the deployment keeps content."""
        if self.visit.kept_until is not None:
            self.tally.sent.append(body)
        return body

    def begin_beside(self) -> None:
        """The draft starts before the judgement does, and runs beside it."""
        if self.ungated or self.visit.deployment.config.draft == "beside":
            call = self.visit.draft_call()
            self.draft = None if call is None else self.begin(call)
        if self.ungated is Released.SHADOW and self._gate.shadows.have_room:
            self._shadow = asyncio.create_task(self._rule(self._shadow_meters))
            self._shadow.add_done_callback(self._account_shadow)

    def _ungated_ruling(self) -> Ruling | None:
        if self.ungated is None:
            return None
        return Ruling(Judgement(None, Action.RELEASE), released=self.ungated)

    async def _rule(self, meters: Meters) -> Ruling:
        return await self.visit.deployment.rule(self.visit.request.conversation, meters)

    def watches(self) -> list[Coroutine[Any, Any, NoReturn]]:
        """What ends a reply on its way: its deadline, and that its key is revoked or lapses."""
        key = self.visit.caller.key
        lapse = [] if key is None else [self._gate.spending.doorkeeper.until_lapsed(key)]
        return [self._deadline(), *lapse]

    async def _deadline(self) -> NoReturn:
        await asyncio.sleep(self.visit.deployment.config.limits.whole_seconds)
        raise WireFault(REQUEST_TIMEOUT)

    @property
    def _all_meters(self) -> Meters:
        """Of every call that this request's reply took; a judgement in the shadow is charged by itself."""
        return self.meters if self.draft is None else [*self.meters, self.draft.meter]

    def _cost(self, meters: Meters) -> JsonObject | None:
        return self._gate.spending.account(calls_of(meters))

    def _account_shadow(self, shadow: asyncio.Task[Ruling]) -> None:
        self._gate.spending.charge(self.visit.caller.key, calls_of(self._shadow_meters))
        if not shadow.cancelled():
            ruling = None if shadow.exception() else shadow.result()
            self._gate.metrics.judged_in_shadow(self.visit.deployment.name, ruling)

    def count_fault(self, code: str) -> None:
        """Count an error that the client is told."""
        self._gate.metrics.failed(code)

    def hear_late(self, rulings: Sequence[Ruling]) -> None:
        """Count judgements of the reply itself."""
        self.tally.late += rulings
        for ruling in rulings:
            self._gate.metrics.judged_late(self.visit.deployment.name, ruling)

    async def _commit(self, ruling: Ruling, released: str) -> None:
        await self._gate.records.keep(request_content(self.visit, ruling, self._gate.records.key))
        self.recorded = True
        count = partial(self._gate.metrics.decided, self.visit.deployment.name, ruling, released)
        try:
            await self._gate.records.commit(self._decision(ruling, released))
        except asyncio.CancelledError:
            count()  # its client left, and it is written all the same
            raise
        count()

    def _decision(self, ruling: Ruling, released: str) -> Record:
        body = decision_body(self.visit, ruling, self._gate.records.key)
        took = {"milliseconds": self.tally.milliseconds, "cost": self._cost(self.meters)}
        return Record("decision", self.visit.decision, {**body, **took, "released": released})

    def _outcome(self, cut_off: str | None) -> Record:
        body = {**self.tally.outcome(cut_off, self._gate.records.key), "cost": self._cost(self._all_meters)}
        shed = self._shadow is None and self.ungated is Released.SHADOW
        unjudged = {"shadow": {"failure": SHED}} if shed else {}
        return Record("outcome", self.visit.decision, {**body, **kept_until(self.visit), **unjudged})

    def _leave_undecided(self, cut_off: str | None) -> None:
        """A client that left before the verdict leaves a record too."""
        if self._shadow is not None:
            self._shadow.cancel()
        if not self.recorded:
            ruling = Ruling(Judgement(None, Action.REFUSE), failure=cut_off)
            content = request_content(self.visit, ruling, self._gate.records.key)
            self._gate.records.post(self._decision(ruling, NOTHING), content)
