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
from tests.service.conformance.responses_cases import RESPONSES_CASES
from tests.service.recorded import PLAIN, RECORDED
from tests.service.running import Cast, Proxy, deployment, running
from tests.service.upstream import Upstream, upstream

DEPLOYMENTS = {
    "guarded": deployment(),
    "lenient": deployment(unknown_fields="drop", extra_fields=["guided_regex"]),
    "strict": deployment(judge_reply="all"),
    "watchful": deployment(judge_reply="calls-in-text"),
}
STREAMED = {"stream": True}
ABSENT = "–"  # this API has no such thing
CHAT = ("/v1/chat/completions", {"messages": [{"role": "user", "content": "How?"}]})
RESPONSES = ("/v1/responses", {"input": "How?"})


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    whole: str
    streamed: str
    responses: str  # one cell, since whole and streamed replies agree there; a test says so
    note: str = ""


@dataclass(frozen=True)
class Bench:
    """A proxy with an upstream behind it, and judges that find everything safe."""

    proxy: Proxy
    upstream: Upstream

    async def send(self, fields: dict[str, Any], api: tuple[str, dict[str, Any]] = CHAT) -> tuple[int, str]:
        self.upstream.received.clear()
        self.proxy.cast.judges.requests.clear()
        path, asked = api
        reply = await self.proxy.http.post(path, json={"model": "guarded", **asked, **fields})
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
        chat = {case.name: await request_row(built, case) for case in (*PARAMETER_CASES, *TURN_CASES)}
        responses = {case.name: await request_row(built, case, RESPONSES) for case in RESPONSES_CASES}
        names = [*chat, *(name for name in responses if name not in chat)]
        rows = [_joined(name, chat.get(name), responses.get(name)) for name in names]
        return rows + [
            Row(
                case.name,
                await reply_cell(built, case, {}),
                await reply_cell(built, case, STREAMED),
                _one(*[await reply_cell(built, case, way, RESPONSES) for way in ({}, STREAMED)]),
            )
            for case in REPLY_CASES
        ]


async def request_row(built: Bench, case: Case, api: tuple[str, dict[str, Any]] = CHAT) -> Row:
    """What became of a field on its way to the model, and where it was refused, why."""
    (whole, refusal), (streamed, _) = [await request_cell(built, case, way, api) for way in ({}, STREAMED)]
    return Row(case.name, whole, streamed, _one(whole, streamed) if api is RESPONSES else ABSENT, case.note or refusal)


def _joined(name: str, chat: Row | None, responses: Row | None) -> Row:
    """The rows of both APIs as one; the note is chat's where it has one."""
    whole, streamed = (ABSENT, ABSENT) if chat is None else (chat.whole, chat.streamed)
    notes = [row.note for row in (chat, responses) if row is not None and row.note]
    return Row(name, whole, streamed, ABSENT if responses is None else responses.responses, next(iter(notes), ""))


def _one(whole: str, streamed: str) -> str:
    return whole if whole == streamed else f"{whole}; streamed {streamed}"


async def request_cell(
    built: Bench, case: Case, way: dict[str, Any], api: tuple[str, dict[str, Any]]
) -> tuple[str, str]:
    sent = {**case.sent, **way}
    status, text = await built.send(sent, api)
    if status == 400:
        assert not built.upstream.received
        return "refused", json.loads(text)["error"]["message"]
    assert status == 200, (case.name, status)
    arrived = case.arrived(built.upstream.received[0], sent)
    judged = built.judged(WORD)
    bounded = bool(case.excess) and (await built.send({**case.excess, **way}, api))[0] == 400
    return _cell(arrived=arrived, judged=judged, bounded=bounded), ""


async def reply_cell(built: Bench, case: ReplyCase, way: dict[str, Any], api: tuple[str, dict[str, Any]] = CHAT) -> str:
    """What became of a part of the model's reply on its way to the client."""
    built.upstream.reply, built.upstream.chunks = RECORDED[case.recorded]
    asked = {"model": case.deployment, **way}
    if api is RESPONSES:
        asked["include"] = ["message.output_text.logprobs"]
    elif way:
        asked["stream_options"] = {"include_usage": True}
    status, text = await built.send(asked, api)
    assert status == 200, (case.name, status)
    words = case.responses_words or case.words if api is RESPONSES else case.words
    return _cell(arrived=words in text, judged=built.judged(case.words), bounded=False)


def _cell(*, arrived: bool, judged: bool, bounded: bool) -> str:
    words = [word for word, holds in (("judged", judged and arrived), ("bounded", bounded)) if holds]
    if not arrived:
        return ", ".join(["dropped", *words])
    return ", ".join(words) or "forwarded"
