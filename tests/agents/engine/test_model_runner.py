"""Prompts become sequences or are refused, and scores do not depend on how they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agents.errors import ModelFailed
from tests.agents.engine.direct_requests import engine_request, outputs_of, waiting_prompt

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


def test_a_sequence_ends_where_the_context_does(runner: ModelRunner) -> None:
    context = runner.checkpoint.context_length
    sequence = runner.open_sequence(engine_request("hello", max_tokens=10), context - 3)
    assert sequence is not None
    assert sequence.max_tokens == 3
    sequence = runner.open_sequence(engine_request("hello", max_tokens=10), 5)
    assert sequence is not None
    assert sequence.max_tokens == 10


@pytest.mark.parametrize(("schema", "prompt_tokens"), [({"type": "object"}, 512), ({"type": "nonsense"}, 5)])
def test_what_cannot_be_generated_is_refused(runner: ModelRunner, schema: dict[str, str], prompt_tokens: int) -> None:
    request = engine_request("hello", response_format={"type": "json_schema", "json_schema": {"schema": schema}})
    assert runner.open_sequence(request, prompt_tokens) is None
    (failure,) = outputs_of(request)
    assert isinstance(failure, ModelFailed)
    assert (failure.kind, failure.status) == ("refused", 400)


def test_what_cannot_fit_is_refused_before_it_is_tokenized(
    runner: ModelRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.engine.model_runner import CHARACTERS_PER_TOKEN
    from agents.engine.scheduler import Scheduler
    from agents.engine.static_batch import StaticScheduler

    most = runner.checkpoint.context_length * CHARACTERS_PER_TOKEN
    assert runner.accepts(engine_request("x" * most))
    monkeypatch.setattr(runner, "preprocess", lambda _: pytest.fail("tokenized"))
    for scheduler in (Scheduler(runner, 4), StaticScheduler(runner, 4, lambda: False)):
        request = engine_request("x" * (most + 1))
        scheduler.submit(request)
        scheduler.close()
        if isinstance(scheduler, StaticScheduler):
            scheduler.step()
        (failure,) = outputs_of(request)
        assert isinstance(failure, ModelFailed)
        assert (failure.kind, failure.status) == ("refused", 400)


def test_prompts_are_padded_on_the_left(runner: ModelRunner) -> None:
    inputs = runner.preprocess([*engine_request("hello").prompts, *engine_request("hello " * 9).prompts])
    short, long = inputs["attention_mask"].sum(dim=1).tolist()
    assert inputs["input_ids"].shape == (2, long)
    assert inputs["attention_mask"][0].tolist() == [0] * (long - short) + [1] * short


def test_prefill_and_decode_give_the_scores_of_one_pass_over_everything(runner: ModelRunner) -> None:
    from agents.engine.batch import RunningBatch

    prompts = [waiting_prompt(runner, engine_request(text)) for text in ("hello", "the knife is on the table")]
    vocabulary = runner.checkpoint.vocab_size
    with torch.inference_mode():
        prefilled = runner.prefill(prompts)
        assert prefilled.logits.shape == (2, vocabulary)
        batch = RunningBatch()
        batch.add(prefilled, [40, 41])
        logits = runner.decode(batch)
        assert logits.shape == (2, vocabulary)
        for row, (prompt, token) in enumerate(zip(prompts, (40, 41), strict=True)):
            alone = torch.cat([prompt.inputs["input_ids"], torch.tensor([[token]])], dim=1)
            whole = runner.checkpoint.model(input_ids=alone).logits[0]
            assert torch.allclose(prefilled.logits[row], whole[-2], atol=1e-4)
            assert torch.allclose(logits[row], whole[-1], atol=1e-4)
