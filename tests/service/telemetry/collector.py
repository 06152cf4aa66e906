"""A collector of traces: takes OTLP over HTTP and keeps the spans."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.service.asgi import served


@dataclass
class Collector:
    """Spans by name, each with its ids and attributes."""

    url: str = ""
    spans: dict[str, dict[str, Any]] = field(default_factory=dict)  # the last of each name
    every: list[dict[str, Any]] = field(default_factory=list)
    raw: bytes = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scoped in resource.scope_spans:
                for span in scoped.spans:
                    self.spans[span.name] = told = {
                        "id": span.span_id.hex(),
                        "parent": span.parent_span_id.hex(),
                        "trace": span.trace_id.hex(),
                        "error": span.status.code == 2,
                        **{each.key: _value(each.value) for each in span.attributes},
                    }
                    self.every.append(told)
        await Response(b"", media_type="application/x-protobuf")(scope, receive, send)


def _value(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    app = Collector()
    async with served(uvicorn.Config(app, log_config=None, lifespan="off")) as app.url:
        yield app
