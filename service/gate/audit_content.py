"""What is kept where a deployment asks: a request's parts, the words of findings, and the answer that went out."""

from __future__ import annotations

from collections.abc import Iterable

from agents.agent import Report
from agents.conversation import TextPart
from agents.findings import Finding
from guard.verdict import Ruling
from service.audit.chain import ChainKey
from service.audit.content_store import Content, Piece
from service.gate.audit_body import finding_text
from service.gate.reply_stats import ReplyStats
from service.gate.request_context import RequestContext


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
    reports = [*(report for late in stats.late for report in late.reports), *stats.reviews]
    answer = [] if stats.answer is None else [_piece(stats.answer, key)]
    return Content(context.kept_until, (*answer, *finding_pieces(reports, key)))


def finding_pieces(reports: Iterable[Report[Finding]], key: ChainKey) -> list[Piece]:
    """The words of findings."""
    return [_piece(finding_text(report.finding), key) for report in reports]


def _piece(text: str, key: ChainKey) -> Piece:
    return Piece(key.keyed(text), text.encode())
