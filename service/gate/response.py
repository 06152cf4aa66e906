"""The HTTP response to an exchange: whole or as events, for as long as the client is there."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agents.agent import Report
from agents.conversation import Kind
from agents.findings import Finding, Verdict
from agents.giving_up import give_up
from agents.meter import Call
from agents.models.base import JsonObject, Usage
from agents.models.openai_format import usage_to_wire
from guard.verdict import Action, Judgement, Released, Ruling
from service.gate.audit import report_cost
from service.gate.exchange import Exchange
from service.gate.progress import comment
from service.middleware.disconnect import ClientConnection, ClientGone, Watch, while_connected
from service.openai.error_handlers import error_response, log_error
from service.openai.errors import fault_of
from service.openai.moderation import moderation_result

GONE = "client gone"
NOT_JUDGED: JsonObject = {"type": "error", "code": "not_judged", "message": "Nothing was judged here."}


def guard_headers(exchange: Exchange) -> dict[str, str]:
    """What a reply's head says of the verdict; `pending` where a stream had to begin before there was one."""
    headers = {"x-guard-decision": exchange.context.decision}
    if exchange.context.request.dropped_tools:
        headers["x-guard-dropped-tools"] = ", ".join(exchange.context.request.dropped_tools)
    ruling = exchange.ruling
    if ruling is None:
        word = "none" if exchange.recorded else "pending"
        return {**headers, "x-guard-verdict": word, "x-guard-action": word}
    headers |= {"x-guard-verdict": ruling.judgement.word, "x-guard-action": ruling.judgement.action.value}
    for each in (exchange.stats.final(ruling), ruling):
        if each.judgement.verdict is None:
            return {**headers, "x-guard-released": each.released.value}
    return headers


def guard_object(exchange: Exchange) -> JsonObject | None:
    """The `guard` object of a reply, as deep as the deployment lets it be (`explain`); None where it says nothing.

    That something went out unjudged is said in any case: a stream's head may have gone out before it was known.
    """
    ruling, stats = exchange.ruling, exchange.stats
    explain = exchange.context.deployment.config.explain
    if ruling is None:
        return None
    final = stats.final(ruling)
    if explain == "none":
        failed_open = final.released is Released.FAILED_OPEN
        return {"decision": exchange.context.decision, "released": final.released.value} if failed_open else None
    if explain == "category":
        return _verdict(exchange, final)
    reviews = [*(report for late in stats.late for report in late.reports), *stats.reviews]
    return {
        **_explained(exchange, final),
        **stats.steps(),
        "agents": [_report(report) for report in ruling.reports],
        "reviews": [_report(report) for report in reviews],
        "calls": calls_by_model(exchange.calls),
    }


def verdict_fields(exchange: Exchange) -> JsonObject:
    """What a reply's body says of the verdict beside its answer."""
    guard = guard_object(exchange)
    fields: JsonObject = {} if guard is None else {"guard": guard}
    if exchange.context.request.moderation:
        fields["moderation"] = moderation(exchange)
    return fields


def moderation(exchange: Exchange) -> JsonObject:
    """What was found of the request and of its reply, as OpenAI's `moderation` of a response has it.

    A text of ours that went out unasked for was judged before, or is the deployment's own: it is not flagged.
    """
    ruling, stats, request = exchange.ruling, exchange.stats, exchange.context.request
    if ruling is None or ruling.judgement.verdict is None:
        return dict.fromkeys(("input", "output"), NOT_JUDGED)
    asked = _moderated(exchange, ruling.judgement, [part.kind for part in request.conversation.parts])
    late = stats.final(ruling) if stats.late else None
    if late is not None and late.judgement.verdict is not None:
        return {"input": asked, "output": _moderated(exchange, late.judgement, ["text"])}
    own = Judgement(Verdict.SAFE, Action.RELEASE)
    return {"input": asked, "output": _moderated(exchange, own, ["text"]) if stats.own_finish else NOT_JUDGED}


def _moderated(exchange: Exchange, judgement: Judgement, kinds: Sequence[Kind]) -> JsonObject:
    deployment = exchange.context.deployment
    result = moderation_result(judgement, kinds, explain=deployment.config.explain != "none")
    return {"type": "moderation_result", "model": deployment.name, **result}


def _verdict(exchange: Exchange, ruling: Ruling) -> JsonObject:
    return {"decision": exchange.context.decision, **ruling.judgement.fields(), "released": ruling.released.value}


def _explained(exchange: Exchange, ruling: Ruling) -> JsonObject:
    deployment = exchange.context.deployment
    return {
        **_verdict(exchange, ruling),
        "deployment": deployment.name,
        "method": deployment.config.method,
        "configuration": deployment.digest,
        "evidence": ruling.judgement.evidence,
        "reason": ruling.judgement.reason,
        "failure": ruling.failure,
        "agents": [_report(report) for report in ruling.reports],
    }


def _report(report: Report[Finding]) -> JsonObject:
    return {**report_cost(report), "finding": report.finding.model_dump(mode="json")}


def calls_by_model(calls: Sequence[Call]) -> list[JsonObject]:
    """What each model was asked: how often, its tokens, and the names under which its endpoint replied."""
    totals = []
    for name in dict.fromkeys(call.model for call in calls):
        made = [call for call in calls if call.model == name]
        usage = sum((call.usage for call in made), Usage())
        totals.append(
            {
                "model": name,
                "returned": sorted({call.returned for call in made} - {""}),
                "calls": len(made),
                "usage": usage_to_wire(usage),
                "estimated": any(call.estimated for call in made),
            }
        )
    return totals


class GuardedResponse(Response, ABC):
    """Runs an exchange while the client is there, and closes it in every case."""

    background = None  # FastAPI looks for it

    def __init__(self, exchange: Exchange, *others: Exchange) -> None:
        self._exchange = exchange
        self._exchanges = (exchange, *others)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = ClientConnection(scope, receive, send)
        cut_off: str | None = "cancelled"
        try:
            await while_connected(receive, self.reply(client), *self.watches(client))
            cut_off = None
        except ClientGone:
            cut_off = GONE
        except Exception as error:  # noqa: BLE001 rendered here, where the verdict's headers are known
            cut_off = self._exchange.failed(error)
            log_error(error, client.request_id)
            await self.fail(error, client)
        finally:
            client.close()
            for exchange in self._exchanges:
                exchange.close(cut_off)

    def watches(self, _: ClientConnection) -> list[Watch]:
        """What runs beside the reply until it is sent."""
        return self._exchange.watches()

    @abstractmethod
    async def reply(self, client: ClientConnection) -> None:
        """Send the reply."""

    async def fail(self, error: Exception, client: ClientConnection) -> None:
        """Send the error."""
        await client.respond(error_response(error, client.request_id, guard_headers(self._exchange)))

    async def send_json(self, body: JsonObject, client: ClientConnection) -> None:
        """Send a whole body, its head with the verdict."""
        await client.send_json(orjson.dumps(body), guard_headers(self._exchange))


class VerdictResponse(GuardedResponse):
    """The verdict with each agent's finding, and no answer. Under `explain: none` it is the verdict alone."""

    async def reply(self, client: ClientConnection) -> None:
        context, ruling = self._exchange.context, await self._exchange.decide()
        head = {"id": context.decision, "object": "guard.verdict", "model": context.deployment.name}
        told = _explained(self._exchange, ruling)
        if context.deployment.config.explain == "none":
            told = {name: told[name] for name in ("decision", "verdict", "action", "released")}
        await self.send_json({**head, **told}, client)


class ModerationResponse(GuardedResponse):
    """What was found of each text, in OpenAI's shape, and no answer. The head has the verdict on the first."""

    async def reply(self, client: ClientConnection) -> None:
        context = self._exchange.context
        deciding = [asyncio.create_task(exchange.decide()) for exchange in self._exchanges]
        try:
            rulings = await asyncio.gather(*deciding)
        finally:
            await give_up(deciding)
        results = [_result(exchange, ruling) for exchange, ruling in zip(self._exchanges, rulings, strict=True)]
        body = {"id": context.envelope.id, "model": context.deployment.name, "results": results}
        await self.send_json(body, client)


def _result(exchange: Exchange, ruling: Ruling) -> JsonObject:
    kinds = [part.kind for part in exchange.context.request.conversation.parts]
    explain = exchange.context.deployment.config.explain
    result = moderation_result(ruling.judgement, kinds, explain=explain != "none")
    return result if explain == "none" else {**result, "guard": _verdict(exchange, ruling)}


class WholeResponse(GuardedResponse):
    """One JSON body."""

    async def reply(self, client: ClientConnection) -> None:
        exchange = self._exchange
        (body,) = [body async for body in exchange.bodies()]
        writer = exchange.context.request.writer(exchange.context.envelope)
        await self.send_json(writer.whole(body, verdict_fields(exchange)), client)


@dataclass(frozen=True)
class StreamTiming:
    """Seconds: how long the head of a stream waits for the verdict, and then between keep-alives."""

    hold: float
    keep_alive: float


class StreamedResponse(GuardedResponse):
    """Server-sent events. The head waits for the first of them, so that it has the verdict, or the error its status."""

    def __init__(self, exchange: Exchange, timing: StreamTiming, *, tells_progress: bool = False) -> None:
        super().__init__(exchange)
        self._timing = timing
        self._tells_progress = tells_progress and exchange.context.deployment.config.explain == "full"
        self._writer = exchange.context.request.writer(exchange.context.envelope)
        self._begun = False
        self._ended = False
        self._written_at = time.monotonic()
        self._writing = asyncio.Lock()  # events have an order, and keep-alives come in between

    def watches(self, client: ClientConnection) -> list[Watch]:
        progress = [Watch(partial(self._tell_progress, client))] if self._tells_progress else []
        return [*super().watches(client), Watch(partial(self._keep_alive, client), self._timing.hold), *progress]

    async def reply(self, client: ClientConnection) -> None:
        async with aclosing(self._exchange.bodies()) as bodies:
            async for body in bodies:
                async with self._writing:
                    await self._write(self._writer.chunk(body), client)
        async with self._writing:
            self._ended = True
            await self._write(self._writer.end(verdict_fields(self._exchange)), client)
            await client.end()

    async def fail(self, error: Exception, client: ClientConnection) -> None:
        if not self._begun:
            await super().fail(error, client)
            return
        await client.write(self._writer.error(fault_of(error), client.request_id))
        await client.end()

    async def _write(self, data: bytes, client: ClientConnection) -> None:
        if not data:
            return
        if not self._begun:
            self._begun = True
            await client.begin_events(guard_headers(self._exchange))
        await client.write(data)
        self._written_at = time.monotonic()

    async def _tell_progress(self, client: ClientConnection) -> NoReturn:
        """Write a comment for each agent that has reported. The head then goes out before the verdict."""
        told = 0
        while True:
            reports = await self._exchange.reports.beyond(told)
            told += len(reports)
            async with self._writing:
                if not self._ended:
                    await self._write(b"".join(map(comment, reports)), client)

    async def _keep_alive(self, client: ClientConnection) -> NoReturn:
        """Write a keep-alive whenever nothing was written for so long."""
        while True:
            seconds = self._timing.keep_alive if self._begun else self._timing.hold
            await asyncio.sleep(max(0.0, self._written_at + seconds - time.monotonic()))
            async with self._writing:
                if not self._ended and time.monotonic() - self._written_at >= seconds:
                    await self._write(self._writer.keep_alive(), client)
