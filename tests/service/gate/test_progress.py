"""A stream that tells how far the judgement is: asked for, explained in full, and never what was found."""

from __future__ import annotations

import asyncio
from pathlib import Path

from agents.agent import Report
from agents.findings import Finding
from service.gate.progress import AGENTS, PROGRESS_HEADER, ReportFeed, comment
from tests.scripts import UNSAFE
from tests.service.running import body, cast, deployment, paced, running

ASKS = {PROGRESS_HEADER: AGENTS}


async def test_a_feed_hands_out_reports_as_they_come() -> None:
    feed = ReportFeed()
    waiting = asyncio.create_task(feed.beyond(0))
    await asyncio.sleep(0)
    first, second = (_report(name) for name in ("intent", "visual"))
    feed.append(first)
    assert await waiting == [first]
    feed.append(second)
    assert await feed.beyond(1) == [second]
    assert comment(first) == b": agent intent 0.12 s\n\n"


def _report(agent: str) -> Report[Finding]:
    return Report(agent, Finding(), model="m", prompt_digest="p", milliseconds=123.4)


async def test_agents_are_told_as_they_report_and_nothing_of_what_they_found(tmp_path: Path) -> None:
    gate = asyncio.Event()
    gate.set()
    async with running(tmp_path, paced(answers=gate, situation=UNSAFE)) as proxy:
        reply = await proxy.http.post("/v1/chat/completions", json=body(stream=True), headers=ASKS)
    before, _, _ = reply.text.partition("data:")
    told = [line.split()[2] for line in before.splitlines() if line.startswith(": agent")]
    assert (set(told[:2]), set(told[2:])) == ({"intent", "visual"}, {"situation", "onlooker"})
    assert "vase" not in before
    assert reply.headers["x-guard-verdict"] == "pending"  # its head went out first


async def test_without_the_header_or_a_full_explanation_a_stream_is_as_ever(tmp_path: Path) -> None:
    plain = {"guarded": deployment(), "full": deployment(explain="full")}
    async with running(tmp_path, cast(), plain) as proxy:
        for model, headers in (("guarded", ASKS), ("full", {}), ("full", {PROGRESS_HEADER: "situation"})):
            request = body(stream=True, model=model)
            reply = await proxy.http.post("/v1/chat/completions", json=request, headers=headers)
            assert ": agent" not in reply.text
            assert reply.headers["x-guard-verdict"] == "safe"
