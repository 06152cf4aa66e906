"""What the gate knows of a request before it begins: whether a verdict holds it back, and how long it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guard.verdict import Released
from tests.service.gate.in_process import RAW, context

KEPT = {"content": "kept", "retention_days": 30}


@pytest.mark.parametrize(
    ("setting", "verdict_only", "ungated"),
    [
        ({}, False, None),
        ({}, True, None),
        ({"mode": "shadow"}, False, Released.SHADOW),
        ({"mode": "shadow"}, True, None),  # the verdict itself was asked for
        ({"mode": "off"}, False, Released.OFF),
        ({"mode": "off"}, True, Released.OFF),
        (RAW, False, Released.UNGUARDED),
        ({**RAW, "mode": "off"}, False, Released.UNGUARDED),
    ],
)
def test_why_no_verdict_holds_an_answer_back(setting: Any, verdict_only: bool, ungated: Released | None) -> None:
    assert replace(context(**setting), verdict_only=verdict_only).ungated is ungated


@pytest.mark.parametrize(
    ("setting", "whole"),
    [
        ({}, False),
        ({"judge_reply": "all"}, True),
        ({"judge_reply": "all", "mode": "shadow"}, False),
        ({"judge_reply": "all", "mode": "off"}, False),
    ],
)
def test_a_whole_reply_is_judged_only_where_a_verdict_counts(setting: Any, whole: bool) -> None:
    assert context(**setting).judges_whole_reply is whole


def test_content_must_be_gone_after_its_days() -> None:
    asked = replace(context(records=KEPT), day=date(2026, 12, 22))
    assert asked.kept_until == date(2027, 1, 21)


def test_where_content_is_hashed_nothing_is_kept() -> None:
    assert context().kept_until is None


def test_a_replys_id_leads_to_the_record_and_its_model_is_the_deployment() -> None:
    asked = context()
    envelope = asked.envelope
    assert (envelope.id, envelope.model) == (f"chatcmpl-{asked.decision}", "guarded")


def test_each_request_has_a_decision_of_its_own() -> None:
    assert context().decision != context().decision
