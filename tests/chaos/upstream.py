"""The fault upstream: raw sockets that play the model that answers and the model that judges, by plan."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from agents.models.outage import QUESTION
from tests.chaos.faults import IN_WORDS, ON_THE_WIRE, Reply, well
from tests.chaos.picture import picture_url
from tests.chaos.plan import Plan
from tests.chaos.proxy import DOWN
from tests.scripts import FIRST_WORDS

PLAN = re.compile(rb"plan-([0-9a-f]{16})")
DATA_URL = re.compile(rb'"(data:image/[^"]+)"')
OWN_QUESTION = QUESTION.messages[0].text.encode()  # what the proxy asks to tell an outage from a client's failure
PIECE = 64 * 1024  # characters in one event of a long answer
FAR_LATER = 1.0  # seconds: what is unsafe is heard before the other agent fails


@dataclass
class Upstream:
    """What it was asked, for each plan: role to digests of the pictures that were shown."""

    plans: dict[str, Plan] = field(default_factory=dict)
    asked: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=lambda: defaultdict(list))
    left_at: dict[str, float] = field(default_factory=dict)  # when a caller cut the last call of a plan
    strays: int = 0  # requests with no plan, or with two
    sole: Plan | None = None  # where it is set, every request is its, whatever the picture
    urls: dict[str, bytes] = field(default_factory=dict)  # of the sole plan: pictures by digest
    open_calls: int = 0
    connections: int = 0
    busy: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))  # from when to when
    url: str = ""
    _by_picture: dict[str, str] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                await self._exchange(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self.connections -= 1
            writer.close()

    def expect(self, plan: Plan) -> None:
        """Play this plan when it is asked for, by the id in its text or by its picture, which no other plan has."""
        self.plans[plan.id] = plan
        if plan.picture:
            self._by_picture[hashlib.sha256(picture_url(plan).encode()).hexdigest()] = plan.id

    def _plan_of(self, raw: bytes, shown: frozenset[str]) -> Plan | None:
        """The one plan that a request belongs to; None where it is unknown or mixed from two."""
        ids = {match.decode() for match in PLAN.findall(raw)} | {self._by_picture.get(each, "?") for each in shown}
        return self.plans.get(ids.pop()) if len(ids) == 1 else None

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        top = (await reader.readuntil(b"\r\n\r\n")).lower()
        found = re.search(rb"content-length: (\d+)", top)
        raw = await reader.readexactly(int(found[1])) if found else b""
        if OWN_QUESTION in raw:
            down = b'"model":"%b"' % DOWN.encode() in raw
            await (ON_THE_WIRE["503"] if down else well)(writer, _completion({"role": "assistant", "content": "OK"}))
            return
        urls = {hashlib.sha256(url).hexdigest(): url for url in DATA_URL.findall(raw)}
        shown = frozenset(urls)
        plan = self.sole or self._plan_of(raw, shown)
        if self.sole is not None:
            self.urls |= urls
        if plan is None:
            self.strays += 1
            raise ConnectionResetError
        role = _role(raw)
        self.asked[plan.id].append((role, shown))
        self.open_calls += 1
        began = time.monotonic()
        try:
            await self._answer(reader, writer, plan, role, streamed=b'"stream":true' in raw)
        finally:
            self.open_calls -= 1
            self.busy[plan.id].append((began, time.monotonic()))

    def forget(self) -> None:
        """Forget all plans and what came of them."""
        for each in (self.plans, self.asked, self.left_at, self.busy, self._by_picture):
            each.clear()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, plan: Plan, role: str, *, streamed: bool
    ) -> None:
        """Answer, or stop when the caller cuts the connection."""
        answering = asyncio.create_task(respond(writer, plan, role, streamed=streamed))
        leaving = asyncio.create_task(_left(reader))
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            self.left_at[plan.id] = time.monotonic()
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            raise ConnectionResetError
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        await answering


async def _left(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():  # noqa: ASYNC110 to read would take a byte of the next request
        await asyncio.sleep(0.02)


@asynccontextmanager
async def upstream() -> AsyncIterator[Upstream]:
    """Serve on a free port of loopback."""
    rig = Upstream()
    server = await asyncio.start_server(rig.serve, "127.0.0.1", 0, limit=1 << 20, backlog=1024)
    rig.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield rig
    finally:
        server.close()


async def respond(writer: asyncio.StreamWriter, plan: Plan, role: str, *, streamed: bool) -> None:
    """What the plan says, to whoever asks in this role."""
    answers = role == "answer"
    fault = plan.upstream_fault if answers else (plan.agent_fault if role == plan.faulty else None)
    late = FAR_LATER if plan.found_unsafe and role == plan.faulty else 0.0
    await asyncio.sleep((plan.answer_delay if answers else plan.judge_delay) + late)
    if answers:
        reply = _answer_of(plan, streamed=streamed)
    else:
        told = _told(plan, role)
        spoil = IN_WORDS.get(fault or "")
        reply = _completion({"role": "assistant", "content": spoil(told) if spoil else told})
    await ON_THE_WIRE.get(fault or "", well)(writer, reply)


def _role(raw: bytes) -> str:
    """Whose prompt it is, by its first words."""
    content = json.loads(raw)["messages"][-1]["content"]
    text = content if isinstance(content, str) else next(part["text"] for part in content if part["type"] == "text")
    return next((role for role, words in FIRST_WORDS.items() if text.startswith(words)), "answer")


def _told(plan: Plan, role: str) -> str:
    """What a healthy agent says."""
    finding: dict[str, Any]
    if role in {"warn", "guide"}:
        return f"Careful. {plan.warning}"
    if role == "intent":
        ill = "violence" if plan.ill_intent else None
        # The onlooker hears of the plan in this way alone.
        finding = {"activity": f"swing for plan-{plan.id}", "look_for": "glass", "ill_intent": ill}
    elif role == "scene":
        finding = {"place": "lawn", "objects": [], "people": [], "text": [], "hazards": []}
    else:
        verdict = {"situation": plan.verdict, "onlooker": plan.onlooker}.get(role, plan.late_verdict)
        category = None if verdict == "safe" else "property damage"
        finding = {"evidence": "what is there", "category": category, "verdict": verdict, "reason": "because"}
    return json.dumps(finding)


def _answer_of(plan: Plan, *, streamed: bool) -> Reply:
    if plan.tools:
        call = {
            "id": "call_1",
            "type": "function",
            "function": {"name": "act", "arguments": json.dumps({"x": plan.canary})},
        }
        message: dict[str, Any] = {"role": "assistant", "content": None, "tool_calls": [call]}
    else:
        message = {"role": "assistant", "content": _words(plan)}
    return Reply(b"", _events(message)) if streamed else _completion(message)


def _words(plan: Plan) -> str:
    if plan.long:
        return f"{plan.canary} " * (plan.long * 1024**2 // (len(plan.canary) + 1))
    return " ".join(f"{plan.canary}-{turn}" for turn in range(6))


def _pieces(text: str) -> list[str]:
    """Word by word; a long text in a few large pieces."""
    if len(text) < PIECE:
        return [f"{word} " for word in text.split()]
    return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]


def _completion(message: dict[str, Any]) -> Reply:
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    body = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 6, "total_tokens": 16},
    }
    return Reply(json.dumps(body).encode(), told=str(message.get("content")))


def _events(message: dict[str, Any]) -> tuple[bytes, ...]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    if message.get("tool_calls"):
        deltas.append({"tool_calls": [{"index": 0, **call} for call in message["tool_calls"]]})
        finish = "tool_calls"
    else:
        deltas += [{"content": piece} for piece in _pieces(message["content"])]
        finish = "stop"
    choices: list[dict[str, Any]] = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    chunk: dict[str, Any] = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    bodies = [json.dumps({**chunk, "choices": [choice]}).encode() for choice in choices]
    return (*(b"data: " + body + b"\n\n" for body in bodies), b"data: [DONE]\n\n")
