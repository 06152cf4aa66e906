"""Spans of OpenTelemetry, by its conventions for generative AI: one for each agent, and one for each call to a model.

Only its API is used here. Unless the process has set up where traces go, nothing is recorded. No words, pictures or
secrets become attributes, and errors are told by their kind alone.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN, ProxyTracerProvider, Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

SCOPE = "situguard"
TRACEPARENT = "traceparent"
NO_SPAN = nullcontext[Span](INVALID_SPAN)


def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, attributes: dict[str, str] | None = None
) -> AbstractContextManager[Span]:
    """A span under the current one, for as long as the block runs; one that records nothing where nobody listens."""
    if isinstance(trace.get_tracer_provider(), ProxyTracerProvider):  # no provider was set: spare the work
        return NO_SPAN
    # An exception's words may quote a request, so the block's errors are not recorded by the library.
    return trace.get_tracer(SCOPE).start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    )


def agent_span(agent: str) -> AbstractContextManager[Span]:
    """Around an agent's work: its question, the second one included."""
    attributes = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": agent}
    return span(f"invoke_agent {agent}", attributes=attributes)


def model_span(model: str) -> AbstractContextManager[Span]:
    """Around a call to a model, by its name in the configuration."""
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": model}
    return span(f"chat {model}", SpanKind.CLIENT, attributes)


def failed(started: Span, kind: str) -> None:
    """The work of a span came to nothing."""
    started.set_attribute("error.type", kind)
    started.set_status(Status(StatusCode.ERROR))


def trace_headers() -> dict[str, str]:
    """The header by which an endpoint's own spans join the trace; `tracestate` and baggage are not passed on."""
    if not trace.get_current_span().get_span_context().is_valid:
        return {}
    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {name: value for name, value in carrier.items() if name == TRACEPARENT}
