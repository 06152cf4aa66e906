"""The client: a raw socket, so that every byte that comes can be searched."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from tests.chaos.picture import picture_url
from tests.chaos.plan import Plan

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "act", "parameters": {"type": "object", "properties": {}}},
}
QUESTION = "How do I swing here?"
LONGEST = 400.0  # seconds; a reply that takes longer is a hang, whatever the deployment's deadlines


@dataclass(frozen=True)
class Seen:
    """What came back. `status` is 0 where nothing did; `left_at` is when a client that leaves early has left."""

    plan: Plan
    raw: bytes
    seconds: float
    left_at: float | None = None
    hung: bool = False

    @property
    def status(self) -> int:
        return int(self.raw[9:12]) if self.raw[:5] == b"HTTP/" and self.raw[9:12].isdigit() else 0

    @property
    def headers(self) -> dict[str, str]:
        top = self.raw.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value for name, value in (line.split(": ", 1) for line in top if ": " in line)}

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def decision(self) -> str | None:
        return self.headers.get("x-guard-decision")

    @property
    def finished(self) -> bool:
        """Whether the reply came to its end: a stream with [DONE], a body as long as promised."""
        if "text/event-stream" in self.headers.get("content-type", ""):
            return b"data: [DONE]" in self.raw
        return len(self.body) == int(self.headers.get("content-length", -1))

    @property
    def code(self) -> str | None:
        """The error's code, in a body, in a stream's last event, or in the event of Responses that tells it."""
        told = self.raw.rfind(b"event: error")
        if told >= 0:
            return self.raw[told:].partition(b'"code":"')[2].split(b'"')[0].decode()
        marker = self.raw.rfind(b'"code":"')
        return self.raw[marker + 8 :].split(b'"')[0].decode() if marker >= 0 and b'{"error":' in self.raw else None


async def ask(port: int, plan: Plan, *pictures: str) -> Seen:
    """Send the plan's request and take what comes, until the end or until the plan says to leave."""
    began = time.monotonic()
    raw = bytearray()
    try:
        async with asyncio.timeout(plan.leaves_after if plan.leaves_after is not None else LONGEST):
            await _exchange(port, request(plan, *pictures), raw)
    except TimeoutError:
        now = time.monotonic()
        if plan.leaves_after is not None:
            return Seen(plan, bytes(raw), now - began, left_at=now)
        return Seen(plan, bytes(raw), now - began, hung=True)
    except OSError:
        pass
    return Seen(plan, bytes(raw), time.monotonic() - began)


async def _exchange(port: int, data: bytes, raw: bytearray) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        await writer.drain()
        while piece := await reader.read(65536):
            raw += piece
    finally:
        writer.transport.abort()


def request(plan: Plan, *pictures: str) -> bytes:
    """The bytes of the plan's request; `pictures` are URLs in place of the plan's own."""
    responses = plan.api == "responses"
    content: list[dict[str, Any]] = [
        {
            "type": "input_text" if responses else "text",
            "text": f"{QUESTION} plan-{plan.id}{' lawn' * (plan.padding // 5)}",
        }
    ]
    for url in (pictures or (picture_url(plan),)) if plan.picture else ():
        image = (
            {"type": "input_image", "image_url": url} if responses else {"type": "image_url", "image_url": {"url": url}}
        )
        content.insert(0, image)
    body: dict[str, Any] = {
        "model": plan.mode,
        "input" if responses else "messages": [{"role": "user", "content": content}],
    }
    if plan.streamed:
        body["stream"] = True
    if plan.tools:
        body["tools"] = [{"type": "function", **TOOL["function"]} if responses else TOOL]
    data = json.dumps(body).encode()
    path = "/v1/responses" if responses else "/v1/chat/completions"
    top = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    return top.encode() + data
