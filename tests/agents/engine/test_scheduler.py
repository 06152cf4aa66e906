"""Requests are admitted while there is room, and a failure ends no more than the batch it happened in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.request import EngineRequest, Finished
from agents.errors import ModelFailed
from agents.findings import IntentFinding
from agents.schema import response_format
from tests.agents.engine.direct_requests import engine_request, outputs_of

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner
    from agents.engine.scheduler import Scheduler


def run(scheduler: Scheduler, requests: list[EngineRequest]) -> int:
    """Step until all requests are over; the most sequences that ran at once."""
    for request in requests:
        scheduler.submit(request)
    most = 0
    with torch.inference_mode():
        while any(request.is_active for request in requests):
            scheduler.step()
            most = max(most, len(scheduler._batch.rows))
    return most


def test_a_full_batch_admits_no_more_until_a_sequence_leaves(runner: ModelRunner) -> None:
    from agents.engine.scheduler import Scheduler

    scheduler = Scheduler(runner, max_sequences=2)
    schema = response_format(IntentFinding)
    requests = [engine_request(f"{number}", max_tokens=30, response_format=schema) for number in range(5)]
    assert run(scheduler, requests) == 2
    scheduler.close()
    assert all(isinstance(outputs_of(request)[-1], Finished) for request in requests)


def test_a_failing_batch_fails_its_requests_and_not_the_next(
    runner: ModelRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.engine.scheduler import Scheduler

    def out_of_memory(_: object) -> Any:
        raise RuntimeError("out of memory")

    scheduler = Scheduler(runner, max_sequences=4)
    with monkeypatch.context() as patched:
        patched.setattr(runner, "decode", out_of_memory)
        failing = [engine_request("hello", max_tokens=9) for _ in range(2)]
        run(scheduler, failing)
    ends = [outputs_of(request)[-1] for request in failing]
    assert [end.kind for end in ends if isinstance(end, ModelFailed)] == ["internal", "internal"]
    later = engine_request("hello", max_tokens=9)
    run(scheduler, [later])
    assert isinstance(outputs_of(later)[-1], Finished)
    scheduler.close()


def test_a_request_cancelled_while_it_waits_is_never_prefilled(runner: ModelRunner) -> None:
    from agents.engine.scheduler import Scheduler

    scheduler = Scheduler(runner, max_sequences=4)
    cancelled, request = engine_request("hello"), engine_request("hello", max_tokens=2)
    scheduler._preprocess(cancelled)
    cancelled.cancelled = True
    run(scheduler, [request])
    scheduler.close()
    assert outputs_of(cancelled) == []
    assert isinstance(outputs_of(request)[-1], Finished)


def test_closing_wakes_a_scheduler_that_waits(runner: ModelRunner) -> None:
    from agents.engine.scheduler import Scheduler

    scheduler = Scheduler(runner, max_sequences=4)
    thread = threading.Thread(target=scheduler.step)
    thread.start()
    scheduler.close()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_what_waits_is_taken_up_to_a_limit() -> None:
    from agents.engine.scheduler import WaitingQueue

    waiting: WaitingQueue[int] = WaitingQueue()
    waiting.put(1)
    waiting.put(2)
    waiting.wake()
    waiting.put(3)
    assert waiting.take(3, wait=True) == [1, 2]
    assert waiting.take(3, wait=False) == [3]
    assert waiting.take(3, wait=False) == []
