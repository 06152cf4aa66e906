"""THE SECOND PAGE: one request's exchange with the gate.

    draft ─► judge ─► record ─► release ─► review ─► client

The draft is the model's own answer: begun beside the judgement, and held. Nothing goes out before the decision is on
disk. What a released reply proposes to do is judged before that goes out, and where the deployment asks, all that it
says. In here a reply is a chat completion, whole or in chunks; the request's writer puts it in its API's form.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NoReturn

from agents.calls_sent import calls_sent
from agents.errors import ModelFailed
from agents.meter import Call, Meters, calls_of
from agents.models.base import JsonObject, ModelRequest, Usage
from guard.errors import NotJudged
from guard.guard import cancel_rests
from guard.verdict import Action, Composed, Fault, Judgement, Released, Ruling
from service.audit.log import AuditLog
from service.audit.record import Record
from service.gate.audit import decision_body, fault_field, outcome_body, outcome_content, request_content
from service.gate.billing import Billing
from service.gate.draft import Draft, StreamedDraft, WholeDraft, draft_fate
from service.gate.early_warning import EarlyWarning
from service.gate.let_out import MAX_OF_REPLY, LetOut
from service.gate.progress import ReportFeed
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import RequestContext
from service.gate.shadow import Shadow, Shadows
from service.middleware.disconnect import Watch
from service.openai.errors import REQUEST_TIMEOUT, WireFault, fault_of
from service.openai.opaque import opaque_in_body
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
    usage_last,
)
from service.openai.reply_fields import client_body
from service.openai.written_calls import CallSigns, looks_like_call
from service.telemetry.metrics import Metrics
from service.telemetry.tracing import decided

NOTHING = "nothing"  # in place of `released`, where no answer went out
WITHOUT_METHOD = frozenset({Released.SHADOW, Released.OFF})  # here the model answers as if there were no method


@dataclass(frozen=True)
class Gate:
    """What all exchanges share."""

    audit: AuditLog
    metrics: Metrics
    billing: Billing
    shadows: Shadows
    let_out: LetOut


class Exchange:
    """One request and its reply. Each step returns what it adds; `close` folds all of it into the outcome's record."""

    def __init__(self, context: RequestContext, gate: Gate) -> None:
        self.context = context
        self.ruling: Ruling | None = None  # there once its record is on disk
        self.recorded = False  # whether a decision is on its way to the disk
        self.reports = ReportFeed()
        self._decided = False  # whether it has arrived, so that an outcome follows it
        self._gate = gate
        self._began = time.monotonic()
        self._meters: Meters = []  # of every call but the draft's
        self._draft: Draft | None = None
        self._warning = EarlyWarning(context, self._meters)
        self._is_judged = False
        self._given_up: str | None = None  # what told, before the verdict, that the draft would not go out
        self._shadow: Shadow | None = None
        self._own_finish: str | None = (
            None  # how a text of ours ends that goes out in place of the answer, or its calls
        )
        self._composed: Composed | None = None
        self._reviews: tuple[Ruling, ...] = ()
        self._heard_out: Ruling | None = None  # with the reason that came after the verdict
        self._fault: Fault | None = None  # why the answering model gave no reply
        self._sent = ReplyContents() if context.kept_until is not None else None
        self._opaque: set[str] = set()  # values that went out and are not written down yet

    async def bodies(self) -> AsyncGenerator[JsonObject, None]:
        """The reply: one completion, or chunks. Raises where none may go out, or where the model gave none."""
        ruling = await self.decide()
        streams, may_end = self.context.request.stream, False
        async for body in self._release(ruling) if ruling.releases_draft else self._write(ruling):
            may_end = not streams or may_be_last(body)
            if may_end and ruling.is_early:
                ruling = await self._hear_out(ruling)
            if self._sent is not None:
                self._sent.add(body)
            self._opaque.update(islice(opaque_in_body(body), MAX_OF_REPLY - len(self._opaque)))
            if may_end:
                await self._let_out()
            yield body
        if streams and not may_end:
            raise ModelFailed(self.context.deployment.model.name, "malformed")

    async def _hear_out(self, ruling: Ruling) -> Ruling:
        """Wait, before the reply's end, for the reason of a verdict that was acted on before it had come.

        Raises `NotJudged`: the reply then ends in an error.
        """
        deployment = self.context.deployment
        try:
            self.ruling = self._heard_out = await deployment.hear_out(ruling)
        except NotJudged as failure:
            self._gate.metrics.could_not_judge(deployment.name, failure.cause)
            raise
        return self.ruling

    async def _let_out(self) -> None:
        """Write down, before a reply's end goes out, which of its values may come back as they are."""
        opaque, self._opaque = self._opaque, set()
        await self._gate.let_out.keep(self.context.deployment.name, opaque)

    async def decide(self) -> Ruling:
        """Draft, judge and record. Raises `NotJudged` and `RecordsUnavailable`: then nothing goes out."""
        context = self.context
        if not context.verdict_only and (context.ungated or context.deployment.begins_draft_beside):
            self._draft = self._begin_draft()
        if self._draft is None and not context.verdict_only and context.ungated in WITHOUT_METHOD:
            self._draft = self._ask(context.request.as_it_is)
        begun = self._draft is not None
        if begun:
            await calls_sent()
        try:
            ruling = await self._judge()
        except NotJudged as failure:
            self._gate.metrics.held_back(context.deployment.name)
            self._warning.cancel()
            judgement = Judgement(None, Action.REFUSE)
            held = Ruling(judgement, failure.reports, failure=failure.cause, fault=failure.fault)
            await self._record(held, NOTHING)
            raise
        self._is_judged = True
        self._warning.judged(ruling.judgement)
        await self._record(ruling, ruling.released)
        self.ruling = ruling
        decided(context.deployment.name, context.decision, ruling)
        if self._draft is not None and not ruling.releases_draft:
            self._draft.cancel()
        if context.ungated is None and not context.verdict_only:
            self._count_draft(ruling, begun=begun)
        return ruling

    # ---- draft ----

    def _hold(self, why: str) -> None:
        """It looks as if the answer will not go out."""
        self._give_up_draft(why)
        self._warning.begin(why)

    def _give_up_draft(self, why: str) -> None:
        """Stop a draft that will hardly go out. Should it after all, it is asked for again. Past the verdict
        it is too late: the draft may be on its way.
        """
        if self._draft is not None and not self._is_judged and self.context.ungated is None:
            self._draft.cancel()
            self._meters.append(self._draft.meter)
            self._draft, self._given_up = None, why

    def _count_draft(self, ruling: Ruling, *, begun: bool) -> None:
        deployment = self.context.deployment
        if ruling.written is not None:
            return  # a method that writes the reply itself has no draft
        self._gate.metrics.draft(deployment.name, draft_fate(ruling, begun=begun, given_up=self._given_up is not None))
        if deployment.draft_rule is not None:
            deployment.draft_rule.saw(released=ruling.releases_draft)

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
        writes_itself = self._draft is None and not self.context.verdict_only
        if ungated is None or (ungated is Released.UNGUARDED and writes_itself):
            if self.context.verdict_only:
                return await deployment.rule(conversation, self._meters, self.reports)
            return await deployment.rule_early(conversation, self._meters, self.reports, self._hold)
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
            self._decided = True  # its client left, and it is written all the same
            count()
            raise
        self._decided = True
        count()

    def _decision(self, ruling: Ruling, released: str) -> Record:
        cost = self._gate.billing.account(self.context, calls_of(self._meters))
        body = decision_body(self.context, ruling, self._gate.audit.key)
        took: JsonObject = {"milliseconds": self._milliseconds, "cost": cost}
        if self._given_up is not None:
            took["draft_given_up"] = self._given_up
        took |= self._warning.fields
        return Record("decision", self.context.decision, {**body, **took, "released": released})

    # ---- release ----

    async def _release(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        """The model's own bodies. From the first piece of a call on, they are held until all of them are reviewed."""
        context, request, envelope = self.context, self.context.request, self.context.envelope
        self._draft = draft = self._draft or self._begin_draft() or self._ask(request.as_it_is)
        parsed, judged = request.parsed, context.ungated is None
        keeps_unlisted = context.deployment.config.reply_fields == "judge"
        holds_all = context.judges_whole_reply or not request.stream
        signs = CallSigns() if context.looks_for_calls else None
        held: list[JsonObject] = []
        content = ReplyContents()
        spoken: set[int] = set()
        gone_out: set[int] = set()
        bodies = draft.bodies()
        async for raw in usage_last(bodies) if request.stream and request.include_usage else bodies:
            body = requested_usage(raw, include_usage=request.include_usage or not request.stream)
            if body is None:
                continue
            body = client_body(body, envelope, stream=request.stream, keep_unknown=keeps_unlisted)
            body = show_filter(body, spoken, parsed=parsed)
            speaks = list(speaking(body))
            spoken.update(speaks)
            proposes = judged and (proposes_calls(body) or (keeps_unlisted and has_unlisted(body)))
            proposes = proposes or (signs is not None and signs.see(body))
            if held or holds_all or proposes:
                held.append(body)
                if judged:
                    content.add(body)
            else:
                gone_out.update(speaks)
                yield body
        if held:
            ruling = await self._hear_out(ruling) if ruling.is_early else ruling
            for body in await self._review(ruling, held, content, spoken, gone_out):
                yield body

    async def _write(self, ruling: Ruling) -> AsyncIterator[JsonObject]:
        """In place of the model's answer: the method's own reply, or a warning, guidance or the fixed text."""
        self._own_finish = finish = self._finish_of(ruling)
        request, envelope = self.context.request, self.context.envelope
        text, written = ruling.text, ruling.written
        if text is None:
            if ruling.is_early and ruling.judgement.action is Action.GUIDE:
                ruling = await self._hear_out(ruling)  # what guidance turns on, where a warning has the evidence
            early = await self._warning.composed()
            self._composed = early or await self.context.deployment.compose(request.conversation, ruling, self._meters)
            text, written = self._composed.text, self._composed.written
        refusal = request.structured and ruling.judgement.action is not Action.RELEASE
        own = OwnText(
            text, written.usage if written else Usage(), refusal, request.choices, parsed=request.parsed, finish=finish
        )
        if not request.stream:
            yield own.completion(envelope)
            return
        for chunk in own.chunks(envelope, include_usage=request.include_usage):
            yield chunk

    def _finish_of(self, ruling: Ruling) -> str:
        """The finish reason of a text of ours: a warning in plain text has the deployment's own."""
        plain = ruling.judgement.action in {Action.WARN, Action.REFUSE} and not self.context.request.structured
        return self.context.deployment.config.warning_finish if plain else "stop"

    # ---- review ----

    async def _review(
        self, ruling: Ruling, held: list[JsonObject], content: ReplyContents, spoken: set[int], gone_out: set[int]
    ) -> list[JsonObject]:
        """The held bodies once they were judged, or what stands in for them. Raises `NotJudged` like any judgement."""
        context = self.context
        written = content.said if context.looks_for_calls and looks_like_call(content.said) else ""
        self._reviews = await self._judge_reply(ruling, content, written)
        unsafe = next((review for review in self._reviews if review.judgement.action is not Action.RELEASE), None)
        if unsafe is None:
            return held
        self._composed = await context.deployment.compose(context.request.conversation, unsafe, self._meters)
        self._own_finish = finish = self._finish_of(unsafe)
        keeps_words, request = not (context.judges_whole_reply or written), context.request
        instead = Replacement(
            self._composed.text, keeps_words, request.structured, parsed=request.parsed, finish=finish
        )
        if not request.stream:
            return [instead.completion(body) for body in held]
        return list(instead.chunks(held, context.envelope, spoken if keeps_words else gone_out))

    async def _judge_reply(self, ruling: Ruling, content: ReplyContents, written: str) -> tuple[Ruling, ...]:
        """Judge the calls that a reply proposes, `written` among its words too, and the words that do not go out on the
        request's verdict.
        """
        context = self.context
        if context.ungated is not None:
            return ()
        deployment, conversation = context.deployment, context.request.conversation
        words = content.words if context.judges_whole_reply else content.unlisted_words
        reviews = []
        if calls := "\n".join(filter(None, (content.calls, written))):
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
        self._warning.cancel()
        cancel_rests(self.reports)
        # A judgement in shadow mode is charged by itself, once it is done.
        meters = self._every_meter
        calls = calls_of(meters)
        gate.billing.charge(context, calls)
        gate.metrics.models.called(meters, context.prices, context.caller.key_id)
        if self._shadow is not None and (cut_off is not None or self.ruling is None):
            self._shadow.cancel()
        if self.ruling is None and not self._decided:
            if not self.recorded:  # a client that left before the verdict leaves a record too
                undecided = Ruling(Judgement(None, Action.REFUSE), failure=cut_off)
                content = request_content(context, undecided, gate.audit.key)
                gate.audit.post(self._decision(undecided, NOTHING), content)
            return
        ended: JsonObject = {"cut_off": cut_off, **fault_field(self._fault)}
        ended |= {"milliseconds": self._milliseconds, "cost": gate.billing.account(context, calls)}
        stats = self.stats
        outcome = Record("outcome", context.decision, {**outcome_body(context, stats, gate.audit.key), **ended})
        content = outcome_content(context, stats, gate.audit.key)
        if context.ungated is Released.SHADOW:
            gate.shadows.finish(self._shadow, outcome, content)
        else:
            gate.audit.post(outcome, content)

    @property
    def calls(self) -> list[Call]:
        """Every call so far, also that of a draft which was thrown away."""
        return calls_of(self._every_meter)

    @property
    def _every_meter(self) -> Meters:
        return self._meters if self._draft is None else [*self._meters, self._draft.meter]

    @property
    def stats(self) -> ReplyStats:
        """How the reply came about, as far as it has."""
        draft = self._draft if self.ruling is not None and self.ruling.releases_draft else None
        return ReplyStats(draft, self._composed, self._reviews, self._sent, self._own_finish, self._heard_out)

    @property
    def _milliseconds(self) -> float:
        """Since the request came to the gate."""
        return round((time.monotonic() - self._began) * 1000, 1)

    def watches(self) -> list[Watch]:
        """What ends a reply under way: its deadline, and that its key is revoked or expires."""

        async def too_late() -> NoReturn:
            raise WireFault(REQUEST_TIMEOUT)

        watches = [Watch(too_late, self.context.deployment.config.limits.whole_seconds)]
        if (key := self.context.caller.key) is not None:
            authenticator = self._gate.billing.authenticator
            watches.append(Watch(partial(authenticator.until_lapsed, key), authenticator.fresh_seconds))
        return watches

    def failed(self, error: Exception) -> str:
        """Count an error that the client is told, and keep for the record what is known of it. Returns its code."""
        code = fault_of(error).fault.code
        self._gate.metrics.failed(code)
        if isinstance(error, ModelFailed):
            self._fault = error.facts
        return code
