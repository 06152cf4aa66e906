"""A verdict is acted on before its reasons only where it stands complete at the very beginning of its reply."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from agents.agent import Brief, Report
from agents.early_verdict import first_line
from agents.errors import ReplyUnreadable
from agents.findings import Category, SituationFinding, Verdict
from agents.models.scripted import Reply, ScriptedModel
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from tests.scripts import SAFE, UNSAFE, golf, verdict_first

COMPACT = PromptSet.load("compact")
LINE = '{"verdict": "safe", "category": null'
PACE = 0.005  # seconds between the words of a reply


@pytest.mark.parametrize("text", [LINE + ",", LINE + ', "evidence": "a', '{"verdict":"safe","category":null,"x'])
def test_a_complete_beginning_is_a_verdict(text: str) -> None:
    found = first_line(text, "")
    assert found is not None
    assert (found.verdict, found.category) == (Verdict.SAFE, None)


@pytest.mark.parametrize(
    "text",
    [
        LINE,  # the category could go on
        '{"verdict": "safe"',
        '{"verdict": "safe",',
        '{"verdict": "safe", "category": "violence',
        f" {LINE},",
        f"```json\n{LINE},",
        f"<think></think>{LINE},",
        f"Sure: {LINE},",
        '{"verdict": "safe", "verdict": "unsafe", "category": null,',
        '{"category": null, "verdict": "safe",',
        '{"verdict": "safe", "evidence": "a", "category": null,',
        '{"mark": "c0ffee00", "verdict": "safe", "category": null,',
        '{"verdict": "quite safe", "category": null,',
        '{"verdict": "safe", "category": "weather",',
        '{"verdict": ["safe"], "category": null,',
        f"[{LINE},",
        '{"a": {"verdict": "safe", "category": null,',
    ],
)
def test_whatever_else_a_reply_begins_with_is_none(text: str) -> None:
    assert first_line(text, "") is None


def test_a_mark_must_be_the_questions() -> None:
    marked = '{"mark": "c0ffee00", "verdict": "unsafe", "category": "violence",'
    found = first_line(marked, "c0ffee00")
    assert found is not None
    assert found.category is Category.VIOLENCE
    for text, mark in (
        (marked, "beefbeef"),
        (marked.replace('"c0ffee00"', "null"), "c0ffee00"),
        (LINE + ",", "c0ffee00"),
    ):
        assert first_line(text, mark) is None


async def judged(*replies: Reply, **brief: Any) -> Report[SituationFinding]:
    model = ScriptedModel(replies, pace=PACE)
    return await SituationAgent(model, COMPACT, "after").assess(Brief(golf(), **brief), None, None)


async def test_a_safe_verdict_is_reported_before_its_reasons_and_the_rest_brings_them() -> None:
    early = await judged(verdict_first(SAFE))
    assert (early.finding.verdict, early.finding.reason) == (Verdict.SAFE, "")
    assert early.rest is not None
    assert not early.rest.done()
    whole = await early.rest
    assert whole.finding == SituationFinding.model_validate(SAFE)
    assert whole.usage.completion_tokens > 0


async def test_an_unsafe_verdict_is_told_at_once_and_reported_with_its_reasons() -> None:
    held: list[str] = []
    report = await judged(verdict_first(UNSAFE), hold=held.append)
    assert held == ["verdict"]
    assert report.rest is None
    assert report.finding == SituationFinding.model_validate(UNSAFE)


async def test_a_reply_that_takes_its_beginning_back_is_an_error() -> None:
    turned = json.dumps(verdict_first(SAFE))[:-1] + ', "verdict": "unsafe"}'
    early = await judged(turned, verdict_first(UNSAFE))
    assert early.rest is not None
    with pytest.raises(ReplyUnreadable, match="another thing"):
        await early.rest


async def test_a_reply_in_another_order_is_read_at_its_end() -> None:
    report = await judged(SAFE)
    assert report.rest is None
    assert report.finding == SituationFinding.model_validate(SAFE)


async def test_whoever_gives_up_ends_the_call() -> None:
    model = ScriptedModel([verdict_first(UNSAFE)], pace=10)
    asking = asyncio.create_task(SituationAgent(model, COMPACT, "after").assess(Brief(golf()), None, None))
    while not model.requests:  # noqa: ASYNC110 - the script offers no event for this
        await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0.01)
    assert model.cancelled == 1
