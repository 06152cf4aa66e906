"""A decision as a page shows it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson

from agents.models.base import JsonObject
from service.audit.content_store import Content, ContentStore, Piece, today
from service.audit.record import StoredRecord
from service.console.decision_view import decision_view

UNTIL = (today() + timedelta(days=2)).isoformat()
FOUND = "f" * 64


def report(agent: str, **more: object) -> JsonObject:
    base: JsonObject = {"agent": agent, "model": "m", "milliseconds": 12.5, "usage": {"total_tokens": 30}, "asks": 1}
    return {**base, "seen": [0], "chosen": {"verdict": "safe", "category": None}, "finding": FOUND, **more}


def stored(kind: str, body: JsonObject) -> StoredRecord:
    return StoredRecord(1, "w", 1, kind, "dec_1", "2026-11-27T10:00:00.000", orjson.dumps(body).decode(), "", b"")


def test_agents_of_the_figure_stand_in_it_and_others_behind(tmp_path: Path) -> None:
    late = [{"agents": [report("situation")]}]
    outcome = {"late": late, "reviews": [report("situation")], "shadow": {"agents": [report("intent")]}}
    decision = {"parts": [], "agents": [report("intent"), report("quotes")]}
    view = decision_view([stored("decision", decision), stored("outcome", outcome)], ContentStore(tmp_path))
    assert view is not None
    assert list(view.figure) == ["intent"]
    assert [(each.name, each.of) for each in view.others] == [
        ("quotes", "the request"),
        ("intent", "in shadow"),
        ("situation", "the reply"),
        ("situation", "our own text"),
    ]


def test_findings_of_one_reply_stand_in_the_place_of_three_agents(tmp_path: Path) -> None:
    joined = [report(name, prompt="p" * 64) for name in ("intent", "visual", "situation")]
    apart = [report(name, prompt=f"{place}" * 64) for place, name in enumerate(("intent", "visual", "situation"))]
    for reports, expected in (
        (joined, 3),
        (apart, 0),
        (joined[:2], 0),
        ([report(each["agent"]) for each in joined], 0),
    ):
        view = decision_view([stored("decision", {"parts": [], "agents": reports})], ContentStore(tmp_path))
        assert view is not None
        assert len(view.fused) == expected


def test_a_finding_is_whole_where_content_is_kept_and_else_what_the_record_has(tmp_path: Path) -> None:
    body = {"parts": [], "agents": [report("situation")], "kept_until": UNTIL}
    bare = decision_view([stored("decision", body)], ContentStore(tmp_path))
    assert bare is not None
    assert (bare.agents[0].finding, bare.agents[0].is_whole) == ({"verdict": "safe"}, False)
    finding = {"verdict": "safe", "reason": "nobody near", "category": None}
    ContentStore(tmp_path).keep(Content(today() + timedelta(days=2), (Piece(FOUND, orjson.dumps(finding)),)))
    whole = decision_view([stored("decision", body)], ContentStore(tmp_path))
    assert whole is not None
    assert (whole.agents[0].finding["reason"], whole.agents[0].is_whole) == ("nobody near", True)


def test_what_is_no_record_is_kept_as_text(tmp_path: Path) -> None:
    assert decision_view([stored("outcome", {})], ContentStore(tmp_path)) is None
    view = decision_view([stored("decision", {"parts": 3})], ContentStore(tmp_path))
    assert view is not None
    assert list(view.unreadable) == ['{"parts":3}']
