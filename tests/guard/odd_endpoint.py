"""An endpoint with a provider's oddities, chosen by a test: it says 400 to what it does not know, as providers do."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from PIL import Image

from tests.scripts import INTENT

KEY = "sk-right-one"


@dataclass
class OddEndpoint:
    """What it takes and gives. `forms` are the kinds of `response_format` under which it writes JSON."""

    tokens: str = "max_tokens"
    refuses: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset({"json_schema", "json_object", "none"})
    sees: bool = True
    tools: bool = True
    logprobs: bool = True
    path: str = "/v1/chat/completions"
    base_url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "invalid_api_key")
        if body["model"] != "right":
            return _error(404, "model_not_found")
        fields = {"max_tokens", "max_completion_tokens"} - {self.tokens} | self.refuses
        if fields & body.keys():
            return _error(400, "unsupported_parameter")
        form = (body.get("response_format") or {"type": "none"})["type"]
        if form != "none" and form not in self.forms:
            return _error(400, "unsupported_response_format")
        if body["stream"]:
            return await self._stream(request)
        choice: dict[str, Any] = {"index": 0, "message": self._message(body, form), "finish_reason": "stop"}
        if body.get("logprobs") and self.logprobs:
            choice["logprobs"] = {"content": [{"token": "hi", "logprob": -0.1, "top_logprobs": []}]}
        return web.json_response(_completion(choices=[choice]))

    def _message(self, body: dict[str, Any], form: str) -> dict[str, Any]:
        content = body["messages"][-1]["content"]
        text = content if isinstance(content, str) else content[-1]["text"]
        if body.get("tools") and self.tools:
            called = {"name": "get_weather", "arguments": '{"city": "Paris"}'}
            return {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "c", "type": "function", "function": called}],
            }
        if "colour" in text:
            return {"role": "assistant", "content": _colour(content) if self.sees else "Green."}
        if form in self.forms and "safety guard" in text:
            return {"role": "assistant", "content": json.dumps(INTENT)}
        return {"role": "assistant", "content": "hello"}

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for delta, finish in (({"role": "assistant", "content": "hel"}, None), ({"content": "lo"}, "stop")):
            chunk = {**_completion(choices=[{"index": 0, "delta": delta, "finish_reason": finish}])}
            chunk["object"] = "chat.completion.chunk"
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        await response.write(b"data: [DONE]\n\n")
        return response


@asynccontextmanager
async def odd_endpoint(**oddities: Any) -> AsyncIterator[OddEndpoint]:
    """Serve it on a free port of loopback."""
    endpoint = OddEndpoint(**oddities)
    app = web.Application()
    app.router.add_post(endpoint.path, endpoint.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    endpoint.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield endpoint
    finally:
        await runner.cleanup()


def _colour(content: list[dict[str, Any]]) -> str:
    url = next(part["image_url"]["url"] for part in content if part["type"] == "image_url")
    red, _, blue = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    return "Red." if red > blue else "Blue."


def _completion(**fields: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "right", "usage": usage, **fields}


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"message": code, "type": "invalid_request_error", "code": code}}, status=status)
