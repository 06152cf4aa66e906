"""What the gate writes to the audit log: the bodies of a request's two records, and the content kept beside them.

Bodies hold digests and figures, no content (design law 8). Content is kept only where a deployment asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from agents.agent import Report
from agents.conversation import TextPart
from agents.findings import Finding
from agents.models.base import JsonObject
from agents.models.openai_format import usage_to_wire
from guard.verdict import Fault, Ruling
from service.audit.chain import ChainKey
from service.audit.content_store import Content, Piece
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import RequestContext

# Of a finding, what is chosen from a list; its free text describes what a person showed, so records hold a digest.
CHOSEN = ("verdict", "category", "ill_intent")


def decision_body(context: RequestContext, ruling: Ruling, key: ChainKey) -> JsonObject:
    """The body of the `decision` record, without its time and cost."""
    caller, deployment = context.caller, context.deployment
    parts = context.request.conversation.parts
    return {
        "request": caller.request_id,
        "peer": caller.peer,
        "key": caller.key.id if caller.key else None,
        "deployment": deployment.name,
        "method": deployment.config.method,
        "mode": deployment.config.mode,
        "configuration": deployment.digest,
        "version": deployment.version,
        "parts": [{"kind": part.kind, "digest": key.keyed(part.digest)} for part in parts],
        "agents": [report_body(report, key, [part.digest for part in parts]) for report in ruling.reports],
        **ruling.judgement.fields(),
        **_failure(ruling),
        "kept_until": _kept_until(context),
    }


def outcome_body(context: RequestContext, stats: ReplyStats, key: ChainKey) -> JsonObject:
    """The body of the `outcome` record, without its end, time and cost."""
    answer = stats.answer
    return {
        **stats.steps(),
        **({} if stats.heard_out is None else {"heard_out": late_body(stats.heard_out, key)}),
        "late": [late_body(ruling, key) for ruling in stats.late],
        "reviews": [report_body(report, key) for report in stats.reviews],
        "answer": key.keyed(answer) if answer is not None else None,
        "finish": stats.finish,
        "kept_until": _kept_until(context),
    }


def late_body(ruling: Ruling, key: ChainKey) -> JsonObject:
    """A judgement that came after the decision: of a reply, or in shadow mode."""
    return {
        **ruling.judgement.fields(),
        "agents": [report_body(report, key) for report in ruling.reports],
        "released": ruling.released.value,
        **_failure(ruling),
    }


def fault_field(fault: Fault | None) -> JsonObject:
    """The fault behind a failure, where there is one: agent, model, and what its endpoint said."""
    return {} if fault is None else {"fault": dict(fault)}


def _failure(ruling: Ruling) -> JsonObject:
    return {"failure": ruling.failure, **fault_field(ruling.fault)}


def report_body(report: Report[Finding], key: ChainKey, parts: Iterable[str] = ()) -> JsonObject:
    """An agent's report for the records. `seen` are places in the list of `parts`, which are digests."""
    found = report.finding.model_dump(mode="json")
    return {
        **report_cost(report),
        "seen": [place for place, digest in enumerate(parts) if digest in report.seen],
        "kind": type(report.finding).__name__,
        "chosen": {name: found[name] for name in CHOSEN if name in found},
        "finding": key.keyed(_text_of(found)),
    }


def report_cost(report: Report[Finding]) -> JsonObject:
    """Which model and prompt a report is from, and what it cost."""
    return {
        "agent": report.agent,
        "model": report.model,
        "prompt": report.prompt_digest,
        "usage": usage_to_wire(report.usage),
        "milliseconds": round(report.milliseconds, 1),
        "asks": report.asks,
        **({"cached": True} if report.cached else {}),
    }


def finding_text(finding: Finding) -> str:
    """A finding's words, as records hold them by digest and keep them where a deployment asks for it."""
    return _text_of(finding.model_dump(mode="json"))


def _text_of(found: JsonObject) -> str:
    return orjson.dumps(found).decode()


def _kept_until(context: RequestContext) -> str | None:
    """Until when the content lies beside its record; a purge takes it on that day."""
    return context.kept_until.isoformat() if context.kept_until else None


def request_content(context: RequestContext, ruling: Ruling, key: ChainKey) -> Content | None:
    """What the decision's record shows by digest; None where the deployment keeps no content."""
    if context.kept_until is None:
        return None
    parts = [
        Piece(key.keyed(part.digest), part.text.encode() if isinstance(part, TextPart) else part.picture.data)
        for part in context.request.conversation.parts
    ]
    return Content(context.kept_until, (*parts, *finding_pieces(ruling.reports, key)))


def outcome_content(context: RequestContext, stats: ReplyStats, key: ChainKey) -> Content | None:
    """The same for the outcome: the answer, and what was found of it."""
    if context.kept_until is None:
        return None
    late = (*stats.late, *filter(None, [stats.heard_out]))
    reports = [*(report for ruling in late for report in ruling.reports), *stats.reviews]
    answer = [] if stats.answer is None else [_piece(stats.answer, key)]
    return Content(context.kept_until, (*answer, *finding_pieces(reports, key)))


def finding_pieces(reports: Iterable[Report[Finding]], key: ChainKey) -> list[Piece]:
    """The words of findings."""
    return [_piece(finding_text(report.finding), key) for report in reports]


def _piece(text: str, key: ChainKey) -> Piece:
    return Piece(key.keyed(text), text.encode())
