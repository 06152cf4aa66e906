"""Sends each case through a running proxy and reads off what became of it: at the upstream, and at the judges."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.models.scripted import ScriptedModel
from tests.scripts import Roles
from tests.service.conformance.cases import PARAMETER_CASES, REPLY_CASES, SHOWN, TURN_CASES, WORD, Case, ReplyCase
from tests.service.recorded import PLAIN, RECORDED
from tests.service.running import Cast, Proxy, deployment, running
from tests.service.upstream import Upstream, upstream

DEPLOYMENTS = {
    "guarded": deployment(),
    "lenient": deployment(unknown_fields="drop", extra_fields=["guided_regex"]),
    "strict": deployment(judge_reply="all"),
}
STREAMED = {"stream": True}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    whole: str
    streamed: str
    note: str = ""


@dataclass(frozen=True)
class Bench:
    """A proxy with an upstream behind it, and judges that find everything safe."""

    proxy: Proxy
    upstream: Upstream

    async def send(self, fields: dict[str, Any]) -> tuple[int, str]:
        self.upstream.received.clear()
        self.proxy.cast.judges.requests.clear()
        body = {"model": "guarded", "messages": [{"role": "user", "content": "How?"}], **fields}
        reply = await self.proxy.http.post("/v1/chat/completions", json=body)
        return reply.status_code, reply.text

    def judged(self, words: str) -> bool:
        """Whether any judge was shown these words, or the picture of the cases that have one."""
        turns = [turn for request in self.proxy.cast.judges.requests for turn in request.messages]
        shown = {part.digest for turn in turns for part in turn.parts}
        return SHOWN.digest in shown or any(words in turn.text for turn in turns)


@asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[Bench]:
    async with upstream(*PLAIN) as behind:
        players = Cast(behind.model(), ScriptedModel(Roles(), name="judges"))
        async with running(folder, players, DEPLOYMENTS) as proxy:
            yield Bench(proxy, behind)


async def observe(folder: Path) -> list[Row]:
    """The whole table."""
    async with bench(folder) as built:
        rows = [await request_row(built, case) for case in (*PARAMETER_CASES, *TURN_CASES)]
        return rows + [
            Row(case.name, await reply_cell(built, case, {}), await reply_cell(built, case, STREAMED))
            for case in REPLY_CASES
        ]


async def request_row(built: Bench, case: Case) -> Row:
    """What became of a field on its way to the model, and where it was refused, why."""
    (whole, refusal), (streamed, _) = [await request_cell(built, case, way) for way in ({}, STREAMED)]
    return Row(case.name, whole, streamed, case.note or refusal)


async def request_cell(built: Bench, case: Case, way: dict[str, Any]) -> tuple[str, str]:
    sent = {**case.sent, **way}
    status, text = await built.send(sent)
    if status == 400:
        assert not built.upstream.received
        return "refused", json.loads(text)["error"]["message"]
    assert status == 200, (case.name, status)
    arrived = case.arrived(built.upstream.received[0], sent)
    judged = built.judged(WORD)
    bounded = bool(case.excess) and (await built.send({**case.excess, **way}))[0] == 400
    return _cell(arrived=arrived, judged=judged, bounded=bounded), ""


async def reply_cell(built: Bench, case: ReplyCase, way: dict[str, Any]) -> str:
    """What became of a part of the model's reply on its way to the client."""
    built.upstream.reply, built.upstream.chunks = RECORDED[case.recorded]
    asked = {"model": case.deployment, **way, **({"stream_options": {"include_usage": True}} if way else {})}
    status, text = await built.send(asked)
    assert status == 200, (case.name, status)
    return _cell(arrived=case.words in text, judged=built.judged(case.words), bounded=False)


def _cell(*, arrived: bool, judged: bool, bounded: bool) -> str:
    words = [word for word, holds in (("judged", judged and arrived), ("bounded", bounded)) if holds]
    if not arrived:
        return ", ".join(["dropped", *words])
    return ", ".join(words) or "forwarded"
