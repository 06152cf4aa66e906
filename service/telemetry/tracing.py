"""Traces: a span for each request, and where they are sent, by OTLP. Off unless an address is set.

A client's `traceparent` is taken in, so that its trace goes on; its `tracestate` and baggage are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from fastapi.telemetry import TelemetryConfig
from opentelemetry import context as contexts
from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from agents.tracing import TRACEPARENT, span
from guard.verdict import Ruling

# FastAPI's own spans and logs are off: they hold exceptions' words and pass `tracestate` on.
FASTAPI_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}
PARENT = TRACEPARENT.encode()
MOST_HEADER = 55  # characters of a `traceparent`, by its standard


class TracingUnavailable(Exception):
    """Traces were asked for, and the packages that send them are not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"Sending traces needs {package}: install situguard[otel]")
        self.package = package


def send_traces(endpoint: str) -> Callable[[], None]:
    """Send spans to an OTLP endpoint over HTTP (`http://collector:4318`). Returns what flushes them at the end."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        raise TracingUnavailable(missing.name or "opentelemetry") from None
    provider = TracerProvider(resource=Resource.create({"service.name": "situguard"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    return provider.shutdown


def request_span(scope: Scope, route: str) -> AbstractContextManager[Span]:
    """A request's span, in its client's trace where it names one. `route` is one of the application's own paths."""
    attributes = {"http.request.method": scope["method"], "http.route": route}
    started = span(f"{scope['method']} {route}", SpanKind.SERVER, attributes)
    given = dict(scope["headers"]).get(PARENT, b"")
    return _within(given.decode("latin-1"), started) if 0 < len(given) <= MOST_HEADER else started


@contextmanager
def _within(parent: str, own: AbstractContextManager[Span]) -> Iterator[Span]:
    """The span in the trace that a `traceparent` names."""
    token = contexts.attach(TraceContextTextMapPropagator().extract({TRACEPARENT: parent}))
    try:
        with own as started:
            yield started
    finally:
        contexts.detach(token)


def decided(deployment: str, decision: str, ruling: Ruling) -> None:
    """Say on the request's span what was decided."""
    current = trace.get_current_span()
    if current.is_recording():
        current.set_attribute("situguard.deployment", deployment)
        current.set_attribute("situguard.decision", decision)
        current.set_attribute("situguard.verdict", ruling.judgement.word)
        current.set_attribute("situguard.action", ruling.judgement.action.value)
        current.set_attribute("situguard.released", ruling.released.value)
