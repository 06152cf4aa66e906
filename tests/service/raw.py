"""Requests on raw connections and with any bytes, as no official client would send them, and the errors they get."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx

from tests.service.running import Proxy


async def raw(proxy: Proxy, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(proxy.url.rsplit(":", 1)[1]))
    writer.write(request)
    return reader, writer


def head(length: int, path: str = "/v1/chat/completions") -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


async def post(proxy: Proxy, raw: Any, **headers: str) -> httpx.Response:
    content = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return await proxy.http.post(
        "/v1/chat/completions", content=content, headers={"content-type": "application/json", **headers}
    )


def error_of(reply: httpx.Response) -> dict[str, Any]:
    error = reply.json().get("error")
    assert error is not None, "not refused"
    assert set(error) == {"message", "type", "param", "code", "request_id"}
    assert error["request_id"] == reply.headers["x-request-id"]
    return dict(error)
