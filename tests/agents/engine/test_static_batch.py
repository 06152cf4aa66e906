"""Static batches give every sequence its own tokens, and stop when no one needs more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.engine.request import Finished
from agents.errors import ModelFailed
from tests.agents.engine.direct_requests import engine_request, outputs_of

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


def test_one_step_generates_all_that_waits(sliding_runner: ModelRunner) -> None:
    from agents.engine.static_batch import StaticScheduler

    scheduler = StaticScheduler(sliding_runner, 8, lambda: False)
    requests = [engine_request("hello", max_tokens=limit) for limit in (1, 4, 9)]
    nonsense = {"type": "json_schema", "json_schema": {"schema": {"type": "nonsense"}}}
    refused, cancelled = engine_request("hello", response_format=nonsense), engine_request("hello")
    cancelled.cancelled = True
    for request in (*requests, refused, cancelled):
        scheduler.submit(request)
    with torch.inference_mode():
        scheduler.step()
    for request, limit in zip(requests, (1, 4, 9), strict=True):
        end = outputs_of(request)[-1]
        assert isinstance(end, Finished)
        assert end.usage.completion_tokens <= limit
    (failure,) = outputs_of(refused)
    assert isinstance(failure, ModelFailed)
    assert failure.status == 400
    assert outputs_of(cancelled) == []


def test_the_sampled_token_is_the_only_one_left(sliding_runner: ModelRunner) -> None:
    from agents.engine.static_batch import SampledTokens

    checkpoint = sliding_runner.checkpoint
    opened = [sliding_runner.open_sequence(engine_request("hello"), 5) for _ in range(3)]
    sequences = [sequence for sequence in opened if sequence is not None]
    sequences[1].request.cancelled = True
    scores = torch.randn(3, checkpoint.vocab_size, generator=torch.Generator().manual_seed(1))
    likeliest = scores.argmax(dim=-1).tolist()
    only = SampledTokens(sequences, checkpoint.pad_token)(torch.zeros(3, 1), scores)
    assert only.argmax(dim=-1).tolist() == [likeliest[0], checkpoint.pad_token, likeliest[2]]
    assert only.isfinite().sum(dim=1).tolist() == [1, 1, 1]
    assert [sequence.completion_tokens for sequence in sequences] == [1, 0, 1]


def test_a_closing_engine_ends_the_batch(sliding_runner: ModelRunner) -> None:
    from agents.engine.static_batch import generate

    request = engine_request("hello", max_tokens=400)
    with torch.inference_mode():
        generate(sliding_runner, [request], lambda: True)
    assert request.is_active
    assert len(outputs_of(request)) <= 1
