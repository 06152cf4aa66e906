"""A decision as a page shows it: its two records, and beside them the content that was kept. Pure but for content.

Records may have been edited by somebody: what has not the shape of a record is shown as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.findings import NotApplicable
from agents.fused import JOINED
from agents.models.base import JsonObject
from agents.registry import AGENTS
from service.audit.content_store import ContentStore
from service.audit.pictures import picture_type
from service.audit.record import StoredRecord

HASH_SHOWN = 12


@dataclass(frozen=True)
class Part:
    """A piece of a request. `text` is there where it was kept; of a kept picture, the address to load it from."""

    place: int
    kind: str
    digest: str
    text: str | None = None
    picture: str | None = None


@dataclass(frozen=True)
class AgentView:
    """What an agent reported. `finding` are its fields, from kept content or as far as the record has them."""

    name: str
    model: str
    milliseconds: float
    tokens: int
    asks: int
    seen: tuple[int, ...]
    finding: dict[str, Any]
    is_whole: bool
    of: str = "the request"
    looked: bool = True
    prompt: str = ""


@dataclass(frozen=True)
class DecisionView:
    """All that a page shows of a decision."""

    id: str
    at: str
    decision: JsonObject
    outcome: JsonObject | None
    parts: Sequence[Part] = ()
    agents: Sequence[AgentView] = ()
    later: Sequence[AgentView] = ()
    answer: str | None = None
    answer_kept: bool = False
    unreadable: Sequence[str] = field(default_factory=tuple)

    @property
    def figure(self) -> dict[str, AgentView]:
        """The agents of the figure that reported on the request."""
        return {each.name: each for each in self.agents if each.name in AGENTS}

    @property
    def fused(self) -> list[AgentView]:
        """The agents whose findings came in one reply, to one prompt; none where each was asked by itself."""
        joined = [self.figure[name] for name in JOINED if name in self.figure]
        prompts = {each.prompt for each in joined}
        return joined if len(joined) == len(JOINED) and len(prompts) == 1 and "" not in prompts else []

    @property
    def others(self) -> list[AgentView]:
        """Everybody else: custom agents, methods' own calls, and who judged a reply."""
        return [each for each in self.agents if each.name not in AGENTS] + list(self.later)


def decision_view(found: Iterable[StoredRecord], content: ContentStore) -> DecisionView | None:
    """The page's contents; None where no record is a decision's."""
    records = list(found)
    decision = next((each for each in records if each.kind == "decision"), None)
    outcome = next((each for each in records if each.kind == "outcome"), None)
    if decision is None:
        return None
    view = DecisionView(decision.id, decision.at, decision.body, outcome.body if outcome else None)
    try:
        return _whole(view, decision, outcome, content)
    except (AttributeError, KeyError, TypeError, ValueError):
        return DecisionView(view.id, view.at, {}, None, unreadable=[each.text for each in records])


def _whole(
    view: DecisionView, decision: StoredRecord, outcome: StoredRecord | None, content: ContentStore
) -> DecisionView:
    until = decision.kept_until
    later, answer, digest = [], None, None
    if outcome is not None:
        shadow = (outcome.body.get("shadow") or {}).get("agents") or []
        late = [report for each in outcome.body.get("late") or [] for report in each.get("agents") or []]
        reviews = outcome.body.get("reviews") or []
        for of, reports in (("in shadow", shadow), ("the reply", late), ("our own text", reviews)):
            later += [_agent(report, outcome.kept_until, content, of) for report in reports]
        digest = outcome.body.get("answer")
        kept = content.read(outcome.kept_until, digest) if digest and outcome.kept_until else None
        answer = None if kept is None else _words(kept)
    return DecisionView(
        view.id,
        view.at,
        view.decision,
        view.outcome,
        [_part(place, part, until, content) for place, part in enumerate(decision.body.get("parts") or [])],
        [_agent(report, until, content, "the request") for report in decision.body.get("agents") or []],
        later,
        answer,
        digest is not None,
    )


def _part(place: int, part: JsonObject, until: str | None, content: ContentStore) -> Part:
    kind, digest = str(part["kind"]), str(part["digest"])
    data = content.read(until, digest) if until else None
    if data is None:
        return Part(place, kind, digest[:HASH_SHOWN])
    if picture_type(data) is not None:
        return Part(place, kind, digest[:HASH_SHOWN], picture=f"/console/decisions/content/{until}/{digest}")
    return Part(place, kind, digest[:HASH_SHOWN], text=data.decode(errors="replace"))


def _agent(report: JsonObject, until: str | None, content: ContentStore, of: str) -> AgentView:
    kept = content.read(until, str(report["finding"])) if until else None
    finding = orjson.loads(kept) if kept is not None else dict(report.get("chosen") or {})
    usage = report.get("usage") or {}
    return AgentView(
        str(report["agent"]),
        str(report.get("model")),
        float(report.get("milliseconds") or 0),
        int(usage.get("total_tokens") or 0),
        int(report.get("asks") or 1),
        tuple(int(place) for place in report.get("seen") or []),
        {name: value for name, value in finding.items() if value not in (None, False, "", [])},
        kept is not None,
        of,
        report.get("kind") != NotApplicable.__name__,
        str(report.get("prompt") or ""),
    )


def _words(kept: bytes) -> str:
    """What went out, as people read it: the words of each choice, and its calls as they are."""
    text = kept.decode(errors="replace")
    try:
        choices = orjson.loads(kept)
        said = [each["content"] for each in choices] + [
            orjson.dumps(each["calls"]).decode() for each in choices if each["calls"]
        ]
        return "\n\n".join(filter(None, said))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return text
