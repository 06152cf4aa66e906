"""Traces, as a collector gets them from a running `situguard serve`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from benchmarks.speed.replies import finding
from service.telemetry.tracing import TracingUnavailable, send_traces
from tests.service.asgi import served
from tests.service.cli.test_serve import serving
from tests.service.telemetry.collector import collecting
from tests.service.upstream import plain

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
CANARY = "canary-question"
ASKED = {"model": "kitchen", "messages": [{"role": "user", "content": CANARY}]}


class Judging:
    """An upstream that answers and judges, and keeps the headers that it was sent. It can refuse to judge."""

    def __init__(self, *, fails: bool = False) -> None:
        self.headers: list[dict[str, str]] = []
        self._fails = fails

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.json()
        self.headers.append(dict(request.headers))
        schema = (body.get("response_format") or {}).get("json_schema", {}).get("name")
        if schema and self._fails:
            await JSONResponse({"error": {"message": CANARY}}, 400)(scope, receive, send)
            return
        text = finding(schema) if schema else "Keep your head still."
        await JSONResponse(plain(text))(scope, receive, send)


@asynccontextmanager
async def traced(folder: Path, upstream: Judging, headers: dict[str, str]) -> AsyncIterator[tuple[Any, httpx.Response]]:
    """One request to a proxy whose traces are collected; yields both once it has ended."""
    async with collecting() as collector, served(uvicorn.Config(upstream, log_config=None, lifespan="off")) as behind:
        async with serving(folder, behind, SITUGUARD_OTLP_ENDPOINT=collector.url) as proxy:
            async with httpx.AsyncClient(base_url=proxy.url, timeout=60) as client:
                reply = await client.post("/v1/chat/completions", json=ASKED, headers=headers)
            proxy.terminate()
            assert await proxy.ended() == 0
        yield collector, reply


async def test_each_agent_and_each_call_has_a_span_in_the_clients_trace(tmp_path: Path) -> None:
    upstream = Judging()
    given = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=secret", "baggage": "user=ada"}
    async with traced(tmp_path, upstream, given) as (collector, reply):
        assert reply.status_code == 200
        spans = collector.spans
        request = spans["POST /v1/chat/completions"]
        assert (request["trace"], request["parent"]) == (TRACE, PARENT)
        assert request["http.response.status_code"] == 200
        assert request["situguard.decision"] == reply.headers["x-guard-decision"]
        assert (request["situguard.verdict"], request["situguard.deployment"]) == ("safe", "kitchen")
        agents = {name: span for name, span in spans.items() if name.startswith("invoke_agent ")}
        assert set(agents) >= {"invoke_agent intent", "invoke_agent situation"}
        assert all(span["trace"] == TRACE and span["parent"] == request["id"] for span in agents.values())
        call = spans["chat small"]
        assert call["gen_ai.operation.name"] == "chat"
        assert call["trace"] == TRACE
        assert CANARY.encode() not in collector.raw
    for headers in upstream.headers:
        assert headers["traceparent"].startswith(f"00-{TRACE}-")
        assert PARENT not in headers["traceparent"]
        assert "tracestate" not in headers
        assert "baggage" not in headers


async def test_a_failure_is_told_by_its_kind_alone(tmp_path: Path) -> None:
    async with traced(tmp_path, Judging(fails=True), {"traceparent": "nonsense"}) as (collector, reply):
        assert reply.status_code >= 400
        failed = [span for span in collector.every if span["error"]]
        assert {span["error.type"] for span in failed} >= {"refused", "ModelFailed"}
        assert CANARY.encode() not in collector.raw


def test_without_the_packages_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(TracingUnavailable, match=r"install situguard\[otel\]"):
        send_traces("http://127.0.0.1:9")
