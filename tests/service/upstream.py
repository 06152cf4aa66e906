"""An upstream that plays recorded replies and keeps what it received: what stands behind the proxy in tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvicorn
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from agents.models.endpoint import EndpointModel
from tests.service.asgi import served

NAME = "recorded-model"
WARNING = "Careful: the vase could break."


def plain(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "x",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }


@dataclass
class Upstream:
    """Replies with `reply`, or with `chunks` where a stream is asked for; asked to warn, it warns."""

    reply: dict[str, Any]
    chunks: Sequence[dict[str, Any]]
    url: str = ""
    received: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = json.loads(await Request(scope, receive).body())
        self.received.append(body)
        await (self._stream() if body.get("stream") else self._whole(body))(scope, receive, send)

    def _whole(self, body: dict[str, Any]) -> Response:
        reply = plain(WARNING) if "Warn:" in json.dumps(body["messages"][-1]) else self.reply
        return Response(orjson.dumps(reply), media_type="application/json")

    def _stream(self) -> Response:
        events = [b"data: " + orjson.dumps(chunk) + b"\n\n" for chunk in self.chunks]
        return StreamingResponse(_each([*events, b"data: [DONE]\n\n"]), media_type="text/event-stream")

    def model(self) -> EndpointModel:
        return EndpointModel("answers", base_url=f"{self.url}/v1", model=NAME)


async def _each(events: list[bytes]) -> AsyncIterator[bytes]:
    for event in events:
        yield event


@asynccontextmanager
async def upstream(reply: dict[str, Any], chunks: Sequence[dict[str, Any]]) -> AsyncIterator[Upstream]:
    """An upstream that listens."""
    app = Upstream(reply, chunks)
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
    async with served(config) as app.url:
        yield app
