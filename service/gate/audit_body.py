"""Accounts of what was decided: for the client as deep as its deployment allows, for the records without content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import orjson

from agents.agent import Report
from agents.findings import Finding
from agents.models.base import JsonObject
from agents.models.openai_format import usage_to_wire
from guard.verdict import Judgement, Ruling
from service.audit.chain import ChainKey
from service.gate.request_context import Visit

Depth = Literal["none", "category", "full"]

# Of a finding, what is chosen from a list; its free text describes what a person showed, so records hold a digest.
CHOSEN = ("verdict", "category", "ill_intent")


def verdict_word(judgement: Judgement) -> str:
    """The verdict in a word; `none` where there is none."""
    return judgement.verdict.value if judgement.verdict is not None else "none"


def client_account(visit: Visit, ruling: Ruling, depth: Depth) -> JsonObject | None:
    """The `guard` object of a reply, without what came after the ruling."""
    if depth == "none":
        return None
    deployment, judgement = visit.deployment, ruling.judgement
    account: JsonObject = {
        "decision": visit.decision,
        "verdict": verdict_word(judgement),
        "action": judgement.action.value,
        "category": judgement.category.value if judgement.category else None,
        "released": ruling.released.value,
    }
    if depth == "full":
        account |= {
            "deployment": deployment.name,
            "method": deployment.config.method,
            "configuration": deployment.digest,
            "evidence": judgement.evidence,
            "reason": judgement.reason,
            "failure": ruling.failure,
            "agents": told(ruling.reports),
        }
    return account


def told(reports: Iterable[Report[Finding]]) -> list[JsonObject]:
    """Reports whole: what each agent found, and what it cost."""
    return [{**_cost(report), "finding": report.finding.model_dump(mode="json")} for report in reports]


def _cost(report: Report[Finding]) -> JsonObject:
    return {
        "agent": report.agent,
        "model": report.model,
        "prompt": report.prompt_digest,
        "usage": usage_to_wire(report.usage),
        "milliseconds": round(report.milliseconds, 1),
        "asks": report.asks,
    }


def decision_body(visit: Visit, ruling: Ruling, key: ChainKey) -> JsonObject:
    """What the `decision` record says (design law 8)."""
    deployment, judgement = visit.deployment, ruling.judgement
    shown = visit.request.conversation.parts
    parts = [part.digest for part in shown]
    return {
        "request": visit.caller.request_id,
        "peer": visit.caller.peer,
        "key": visit.caller.key.id if visit.caller.key else None,
        "deployment": deployment.name,
        "method": deployment.config.method,
        "mode": deployment.config.mode,
        "configuration": deployment.digest,
        "parts": [{"kind": part.kind, "digest": key.keyed(part.digest)} for part in shown],
        "agents": [recorded(report, parts, key) for report in ruling.reports],
        "verdict": verdict_word(judgement),
        "category": judgement.category.value if judgement.category else None,
        "action": judgement.action.value,
        "failure": ruling.failure,
        **kept_until(visit),
    }


def kept_until(visit: Visit) -> JsonObject:
    """Until when the content lies beside its record; a purge takes it on that day."""
    return {"kept_until": visit.kept_until.isoformat() if visit.kept_until else None}


def late_account(ruling: Ruling, key: ChainKey) -> JsonObject:
    """A judgement that came after the decision (of a reply, or in shadow mode), for the records."""
    return {
        "verdict": verdict_word(ruling.judgement),
        "category": ruling.judgement.category.value if ruling.judgement.category else None,
        "action": ruling.judgement.action.value,
        "agents": [recorded(report, [], key) for report in ruling.reports],
        "released": ruling.released.value,
        "failure": ruling.failure,
    }


def recorded(report: Report[Finding], parts: list[str], key: ChainKey) -> JsonObject:
    """A report for the records: `seen` are places in the list of parts."""
    found = report.finding.model_dump(mode="json")
    return {
        **_cost(report),
        "seen": [place for place, digest in enumerate(parts) if digest in report.seen],
        "kind": type(report.finding).__name__,
        "chosen": {name: found[name] for name in CHOSEN if name in found},
        "finding": key.keyed(finding_text(report.finding)),
    }


def finding_text(finding: Finding) -> str:
    """A finding's words, as records hold them by digest and keep them where a deployment asks for it."""
    return orjson.dumps(finding.model_dump(mode="json")).decode()
