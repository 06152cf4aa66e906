"""How an endpoint is asked: again where it limits, never more at once than it bears, and what its filter refuses."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from inspect_ai.model import ModelOutput
from tenacity import Future, RetryCallState

from benchmarks.case import ask
from benchmarks.decoding import Sampling
from benchmarks.harness.endpoint import Address
from benchmarks.harness.failures import Fuse, RunStopped, in_a_line
from benchmarks.harness.provider import Backoff, Patience, chat_messages, endpoint_model
from tests.benchmarks.harness.upstream import Body, Fails, Say, upstream

PATIENT = Patience(retries=2, seconds=30, concurrency=2)


def asked(say: Say, sampling: Sampling | None = None, fuse: Fuse | None = None) -> ModelOutput:
    """One reply of a scripted endpoint."""

    async def once(url: str) -> ModelOutput:
        model = endpoint_model("m", Address(url), sampling or Sampling(), PATIENT, fuse or Fuse())
        try:
            return await model.generate(chat_messages(ask("Is it safe?")))
        finally:
            await model.api.aclose()

    with upstream(say) as server:
        return asyncio.run(once(server.url))


def test_a_limited_request_is_asked_again_after_the_time_that_the_endpoint_names() -> None:
    times: list[float] = []

    def say(role: str, body: Body) -> str:
        times.append(time.monotonic())
        if len(times) == 1:
            raise Fails(429, "rate_limit_exceeded", retry_after=0.3)
        return "Yes."

    assert asked(say).completion == "Yes."
    assert len(times) == 2
    assert times[1] - times[0] >= 0.3


def test_what_a_content_filter_refuses_is_a_reply_without_words_and_not_asked_again() -> None:
    calls = []

    def say(role: str, body: Body) -> str:
        calls.append(body)
        raise Fails(400, "content_filter", "The prompt was filtered.")

    reply = asked(say)
    assert (reply.completion, reply.stop_reason, len(calls)) == ("", "content_filter", 1)


def test_a_blown_fuse_asks_nobody() -> None:
    fuse, calls = Fuse(), []

    def say(role: str, body: Body) -> str:
        calls.append(body)
        raise Fails(400, "invalid_request_error", "Unsupported parameter: 'max_tokens'")

    for _ in range(3):
        with pytest.raises(Exception, match="max_tokens"):
            asked(say, fuse=fuse)
    with pytest.raises(RunStopped) as raised:
        asked(say, fuse=fuse)
    assert len(calls) == 3
    assert in_a_line(raised.value).startswith("not asked: 400 invalid_request_error")


@pytest.mark.parametrize(
    ("sampling", "sent"),
    [
        (Sampling(), {"temperature": 0.0, "max_tokens": 512}),
        (
            Sampling(None, 2000, "max_completion_tokens", {"reasoning_effort": "low", "seed": 7}),
            {"max_completion_tokens": 2000, "reasoning_effort": "low", "seed": 7},
        ),
    ],
)
def test_a_request_has_the_fields_that_were_chosen_and_no_others(sampling: Sampling, sent: dict[str, Any]) -> None:
    bodies: list[Body] = []

    def say(role: str, body: Body) -> str:
        bodies.append(body)
        return "Yes."

    reply = asked(say, sampling)
    assert {name: value for name, value in bodies[0].items() if name not in {"model", "messages"}} == sent
    assert sampling.body == sent
    assert reply.metadata
    assert reply.metadata["model"] == "scripted"


def test_waits_grow_and_differ_between_requests() -> None:
    def state(attempt: int) -> RetryCallState:
        state = RetryCallState(None, None, (), {})  # type: ignore[arg-type]
        state.attempt_number, state.outcome = attempt, Future(attempt)
        state.outcome.set_exception(TimeoutError())
        return state

    waits = [[Backoff()(state(attempt)) for _ in range(20)] for attempt in (1, 4, 20)]
    for found, usual in zip(waits, (1.0, 8.0, 60.0), strict=True):
        assert all(usual <= wait <= 2 * usual for wait in found)
        assert len(set(found)) > 10
