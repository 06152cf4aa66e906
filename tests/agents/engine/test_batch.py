"""Which checkpoints can be batched continuously, and what a batch keeps of its sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.engine.request import Finished
from tests.agents.engine.direct_requests import engine_request, outputs_of, waiting_prompt

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


def test_plain_caches_can_be_batched_continuously_and_others_cannot(
    runner: ModelRunner, sliding_runner: ModelRunner
) -> None:
    from agents.engine.batch import supports_continuous_batching

    assert supports_continuous_batching(runner.checkpoint)
    assert not supports_continuous_batching(sliding_runner.checkpoint)


def test_rotary_embeddings_that_depend_on_the_batch_cannot(
    runner: ModelRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.engine.batch import supports_continuous_batching

    module = next(module for module in runner.checkpoint.model.modules() if hasattr(module, "rope_type"))
    monkeypatch.setattr(module, "rope_type", "dynamic")
    assert not supports_continuous_batching(runner.checkpoint)


def test_a_batch_lets_go_of_padding_and_of_finished_sequences(runner: ModelRunner) -> None:
    from agents.engine.batch import RunningBatch
    from agents.engine.sampler import sample

    requests = engine_request("word " * 60, max_tokens=2), engine_request("hi", max_tokens=6)
    prompts = [waiting_prompt(runner, request) for request in requests]
    batch = RunningBatch()
    with torch.inference_mode():
        prefilled = runner.prefill(prompts)
        batch.add(prefilled, sample(prefilled.rows, prefilled.logits))
        wide = batch.cache.attention_mask.shape[1]
        batch.append(sample(batch.rows, runner.decode(batch)))
        assert batch.rows == [prompts[1].row]
        narrow = batch.cache.attention_mask.shape
        assert narrow[0] == 1
        assert narrow[1] < wide
        assert batch.cache.past_key_values.get_seq_length() + 1 == narrow[1]
        while batch.rows:
            batch.append(sample(batch.rows, runner.decode(batch)))
        assert batch.last_tokens == []
        assert batch.cache.past_key_values.layers == []
    *_, end = outputs_of(prompts[1].row.request)
    assert isinstance(end, Finished)
    assert end.usage.completion_tokens <= 6
