"""Without a provider nothing is recorded, and nothing is sent along."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from agents.tracing import agent_span, model_span, trace_headers


def test_nothing_is_recorded_unless_somebody_listens() -> None:
    with agent_span("intent") as outer, model_span("small") as inner:
        assert not outer.is_recording()
        assert not inner.is_recording()
        assert trace_headers() == {}


def test_a_trace_goes_on_without_its_vendors_state() -> None:
    state = trace.TraceState([("vendor", "secret")])
    context = SpanContext(0xA, 0xB, is_remote=True, trace_flags=TraceFlags(1), trace_state=state)
    with use_span(NonRecordingSpan(context)):
        assert trace_headers() == {"traceparent": f"00-{0xA:032x}-{0xB:016x}-01"}
