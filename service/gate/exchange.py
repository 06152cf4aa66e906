"""THE SECOND PAGE: one request's exchange with the gate.

    draft ─► judge ─► record ─► release ─► review ─► client

The draft is the model's own answer: begun beside the judgement, and held. Nothing goes out before the decision is on
disk. What a released reply proposes to do is judged before that goes out, and where the deployment asks, all that it
says. In here a reply is a chat completion, whole or in chunks; the request's writer puts it in its API's form.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from agents.errors import ModelFailed
from agents.meter import Call, Meters, calls_of
from agents.models.base import JsonObject, ModelRequest, Usage
from guard.errors import NotJudged
from guard.verdict import Action, Composed, Fault, Judgement, Released, Ruling
from service.audit.log import AuditLog
from service.audit.record import Record
from service.gate.audit import decision_body, fault_field, outcome_body, outcome_content, request_content
from service.gate.billing import Billing
from service.gate.draft import Draft, StreamedDraft, WholeDraft
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import RequestContext
from service.gate.shadow import Shadow, Shadows
from service.openai.errors import REQUEST_TIMEOUT, WireFault, fault_of
from service.openai.replies import (
    OwnText,
    Replacement,
    ReplyContents,
    has_unlisted,
    may_be_last,
    proposes_calls,
    requested_usage,
    show_filter,
    speaking,
)
from service.openai.reply_fields import client_body
from service.telemetry.metrics import Metrics

NOTHING = "nothing"  # in place of `released`, where no answer went out


@dataclass(frozen=True)
class Gate:
    """What all exchanges share."""

    audit: AuditLog
    metrics: Metrics
    billing: Billing
    shadows: Shadows


class Exchange:
    """One request and its reply. Each step returns what it adds; `close` folds all of it into the outcome's record."""

    def __init__(self, context: RequestContext, gate: Gate) -> None:
        self.context = context
        self.ruling: Ruling | None = None  # there once its record is on disk
        self.recorded = False  # whether a decision is on its way to the disk
        self._gate = gate
        self._began = time.monotonic()
        self._meters: Meters = []  # of every call but the draft's
        self._draft: Draft | None = None
        self._shadow: Shadow | None = None
        self._own_text = False  # whether a text of ours goes out in place of the answer, or of its calls
        self._composed: Composed | None = None
        self._reviews: tuple[Ruling, ...] = ()
        self._fault: Fault | None = None  # why the answering model gave no reply
        self._sent = ReplyContents() if context.kept_until is not None else None

    async def bodies(self) -> AsyncGenerator[JsonObject, None]:
        """The reply: one completion, or chunks. Raises where none may go out, or where the model gave none."""
        ruling = await self.decide()
        last: JsonObject | None = None
        async for body in self._release(ruling) if ruling.releases_draft else self._write(ruling):
            last = body
            if self._sent is not None:
                self._sent.add(body)
            yield body
        if self.context.request.stream and (last is None or not may_be_last(last)):
            raise ModelFailed(self.context.deployment.model.name, "malformed")

    async def decide(self) -> Ruling:
        """Draft, judge and record. Raises `NotJudged` and `RecordsUnavailable`: then nothing goes out."""
        context = self.context
        if context.ungated is not None and not context.verdict_only:
            self._draft = self._begin_draft() or self._ask(context.request.as_it_is)
        elif context.deployment.config.draft == "beside" and not context.verdict_only:
            self._draft = self._begin_draft()
        try:
            ruling = await self._judge()
        except NotJudged as failure:
            self._gate.metrics.held_back(context.deployment.name)
            judgement = Judgement(None, Action.REFUSE)
            held = Ruling(judgement, failure.reports, failure=failure.cause, fault=failure.fault)
            await self._record(held, NOTHING)
            raise
        await self._record(ruling, ruling.released)
        self.ruling = ruling
        if self._draft is not None and not ruling.releases_draft:
            self._draft.cancel()
        return ruling

    # ---- draft ----

    def _begin_draft(self) -> Draft | None:
        """Ask the answering model what the method wants to ask it; None where the method writes the reply itself."""
        request = self.context.request
        asked = self.context.deployment.draft_request(request.conversation, request.model_options)
        return None if asked is None else self._ask(asked)

    def _ask(self, asked: ModelRequest) -> Draft:
        draft = StreamedDraft if self.context.request.stream else WholeDraft
        deployment = self.context.deployment
        return draft(deployment.model, asked, deployment.config.limits.answer_seconds)

    # ---- judge ----

    async def _judge(self) -> Ruling:
        """The ruling on the request. Where no verdict holds the answer back, at once, and in shadow mode beside it."""
        deployment, conversation = self.context.deployment, self.context.request.conversation
        ungated = self.context.ungated
        if ungated is None:
            return await deployment.rule(conversation, self._meters)
        if ungated is Released.SHADOW:
            self._shadow = self._gate.shadows.begin(self.context)
        return Ruling(Judgement(None, Action.RELEASE), released=ungated)

    # ---- record ----

    async def _record(self, ruling: Ruling, released: str) -> None:
        """Return when the decision is on disk."""
        audit = self._gate.audit
        await audit.keep(request_content(self.context, ruling, audit.key))
        self.recorded = True
        count = partial(self._gate.metrics.decided, self.context.deployment.name, ruling, released)
        try:
            await audit.commit(self._decision(ruling, released))
        except asyncio.CancelledError:
            count()  # its client left, and it is written all the same
            raise
        count()

    def _decision(self, ruling: Ruling, released: str) -> Record:
        cost = self._gate.billing.account(calls_of(self._meters))
        body = decision_body(self.context, ruling, self._gate.audit.key)
        took = {"milliseconds": self._milliseconds, "cost": cost}
        return Record("decision", self.context.decision, {**body, **took, "released": released})

    # ---- release ----

    async def _release(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        """The model's own bodies. From the first piece of a call on, they are held until all of them are reviewed."""
        context, envelope = self.context, self.context.envelope
        self._draft = draft = self._draft or self._begin_draft() or self._ask(context.request.as_it_is)
        keeps_unlisted = context.deployment.config.reply_fields == "judge"
        holds_all = context.judges_whole_reply or not context.request.stream
        held: list[JsonObject] = []
        content = ReplyContents()
        spoken: set[int] = set()
        async for raw in draft.bodies():
            body = requested_usage(raw, include_usage=context.request.include_usage or not context.request.stream)
            if body is None:
                continue
            body = client_body(body, envelope, stream=context.request.stream, keep_unknown=keeps_unlisted)
            body = show_filter(body, spoken, structured=context.request.structured)
            spoken.update(speaking(body))
            proposes = proposes_calls(body) or (keeps_unlisted and has_unlisted(body))
            if held or holds_all or (context.ungated is None and proposes):
                held.append(body)
                content.add(body)
            else:
                yield body
        if held:
            for body in await self._review(ruling, held, content, spoken):
                yield body

    async def _write(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        """In place of the model's answer: the method's own reply, or a warning, guidance or the fixed text."""
        self._own_text = True
        request, envelope = self.context.request, self.context.envelope
        text, written = ruling.text, ruling.written
        if text is None:
            self._composed = await self.context.deployment.compose(request.conversation, ruling, self._meters)
            text, written = self._composed.text, self._composed.written
        refusal = request.structured and ruling.judgement.action is not Action.RELEASE
        own = OwnText(text, written.usage if written else Usage(), refusal, request.choices)
        if not request.stream:
            yield own.completion(envelope)
            return
        for chunk in own.chunks(envelope, include_usage=request.include_usage):
            yield chunk

    # ---- review ----

    async def _review(
        self, ruling: Ruling, held: list[JsonObject], content: ReplyContents, spoken: set[int]
    ) -> list[JsonObject]:
        """The held bodies once they were judged, or what stands in for them. Raises `NotJudged` like any judgement."""
        context = self.context
        self._reviews = await self._judge_reply(ruling, content)
        unsafe = next((review for review in self._reviews if review.judgement.action is not Action.RELEASE), None)
        if unsafe is None:
            return held
        self._composed = await context.deployment.compose(context.request.conversation, unsafe, self._meters)
        self._own_text = True
        instead = Replacement(self._composed.text, not context.judges_whole_reply, context.request.structured)
        if not context.request.stream:
            return [instead.completion(body) for body in held]
        return list(instead.chunks(held, context.envelope, spoken))

    async def _judge_reply(self, ruling: Ruling, content: ReplyContents) -> tuple[Ruling, ...]:
        """Judge the calls that a reply proposes, and the words that do not go out on the request's verdict."""
        context = self.context
        if context.ungated is not None:
            return ()
        deployment, conversation = context.deployment, context.request.conversation
        words = content.words if context.judges_whole_reply else content.unlisted_words
        reviews = []
        if calls := content.calls:
            reviews.append(deployment.review_calls(conversation, ruling, calls, self._meters))
        if words:
            reviews.append(deployment.review_reply(conversation, ruling, words, self._meters))
        try:
            rulings = tuple(await asyncio.gather(*reviews))
        except NotJudged as failure:
            self._gate.metrics.could_not_judge(deployment.name, failure.cause)
            raise
        for review in rulings:
            self._gate.metrics.judged_late(deployment.name, review)
        return rulings

    # ---- the end ----

    def close(self, cut_off: str | None) -> None:
        """Give up what still runs, and record the outcome. `cut_off` says why the reply did not get through whole."""
        context, gate = self.context, self._gate
        if self._draft is not None:
            self._draft.cancel()
        # A judgement in shadow mode is charged by itself, once it is done.
        calls = self.calls
        gate.billing.charge(context.caller.key, calls)
        if self._shadow is not None and (cut_off is not None or self.ruling is None):
            self._shadow.cancel()
        if self.ruling is None:
            if not self.recorded:  # a client that left before the verdict leaves a record too
                undecided = Ruling(Judgement(None, Action.REFUSE), failure=cut_off)
                content = request_content(context, undecided, gate.audit.key)
                gate.audit.post(self._decision(undecided, NOTHING), content)
            return
        ended: JsonObject = {"cut_off": cut_off, **fault_field(self._fault)}
        ended |= {"milliseconds": self._milliseconds, "cost": gate.billing.account(calls)}
        outcome = Record("outcome", context.decision, {**outcome_body(context, self.stats, gate.audit.key), **ended})
        content = outcome_content(context, self.stats, gate.audit.key)
        if context.ungated is Released.SHADOW:
            gate.shadows.finish(self._shadow, outcome, content)
        else:
            gate.audit.post(outcome, content)

    @property
    def calls(self) -> list[Call]:
        """Every call so far, also that of a draft which was thrown away."""
        return calls_of(self._meters if self._draft is None else [*self._meters, self._draft.meter])

    @property
    def stats(self) -> ReplyStats:
        """How the reply came about, as far as it has."""
        draft = self._draft if self.ruling is not None and self.ruling.releases_draft else None
        return ReplyStats(draft, self._composed, self._reviews, self._sent, self._own_text)

    @property
    def _milliseconds(self) -> float:
        """Since the request came to the gate."""
        return round((time.monotonic() - self._began) * 1000, 1)

    def watches(self) -> list[Coroutine[Any, Any, NoReturn]]:
        """What ends a reply under way: its deadline, and that its key is revoked or expires."""

        async def deadline() -> NoReturn:
            await asyncio.sleep(self.context.deployment.config.limits.whole_seconds)
            raise WireFault(REQUEST_TIMEOUT)

        key = self.context.caller.key
        return [deadline(), *([] if key is None else [self._gate.billing.authenticator.until_lapsed(key)])]

    def failed(self, error: Exception) -> str:
        """Count an error that the client is told, and keep for the record what is known of it. Returns its code."""
        code = fault_of(error).fault.code
        self._gate.metrics.failed(code)
        if isinstance(error, ModelFailed):
            self._fault = error.facts
        return code
