"""Prompts become sequences or are refused, and scores do not depend on how they are computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agents.engine.request import EngineRequest
from agents.errors import ModelFailed
from agents.models.white_box import Contrast, WhiteBox
from tests.agents.engine.conftest import runner_of
from tests.agents.engine.direct_requests import engine_request, outputs_of, waiting_prompt
from tests.agents.models.test_local import picture
from tests.agents.models.tiny_qwen import tiny_qwen

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner
    from agents.engine.prefill import WaitingPrompt

SCENE = "what does the picture show, and who is there with what in their hands"
QUESTION = "is it safe to put the knife on the table where the child can reach it"


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
    for name in ("preprocess", "prepare"):
        monkeypatch.setattr(runner, name, lambda _: pytest.fail("tokenized"))
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


def sharing(runner: ModelRunner, request: EngineRequest) -> list[WaitingPrompt]:
    """The rows of a request as the scheduler has them wait."""
    inputs = [runner.prepare(prompt) for prompt in request.prompts]
    sequence = runner.open_sequence(request, *(each["input_ids"].shape[1] for each in inputs))
    assert sequence is not None
    return [runner.waiting(*each) for each in zip(sequence.rows, inputs, strict=True)]


def passes(runner: ModelRunner, prompts: list[WaitingPrompt]) -> tuple[list[tuple[int, int]], list[Any]]:
    """Read prompts: rows and tokens of each pass, and the scores in the order of the prompts."""
    shapes: list[tuple[int, int]] = []
    hook = runner.checkpoint.model.register_forward_pre_hook(
        lambda _, __, inputs: shapes.append(tuple(inputs["input_ids"].shape)), with_kwargs=True
    )
    with torch.inference_mode():
        outputs = runner.read(prompts)
    hook.remove()
    scores = {row: scores for output in outputs for row, scores in zip(output.rows, output.logits, strict=True)}
    return shapes, [scores[prompt.row] for prompt in prompts]


def length(prompt: WaitingPrompt) -> int:
    return int(prompt.inputs["input_ids"].shape[1])


def test_calls_about_one_picture_read_it_once_and_score_as_if_alone(tiny_llava: Path) -> None:
    runner, apart = runner_of(tiny_llava), runner_of(tiny_llava)
    requests = [
        engine_request(SCENE, picture("red")),
        engine_request(QUESTION, picture("red")),
        engine_request(QUESTION, picture("blue")),
        engine_request(QUESTION),
    ]
    prompts = [prompt for request in requests for prompt in sharing(runner, request)]
    behind = [prompt.cuts[0].end for prompt in prompts]
    shapes, scores = passes(runner, prompts)
    longest = max(length(prompts[0]), length(prompts[2]))
    assert shapes == [(2, longest), (1, length(prompts[3])), (1, length(prompts[1]) - behind[1])]
    for request, ours in zip(requests, scores, strict=True):
        with torch.inference_mode():
            alone = apart.prefill([waiting_prompt(apart, request)])
        assert torch.allclose(ours, alone.logits[0], atol=1e-4)


def test_a_prompt_that_was_read_before_is_read_from_its_last_block_on(tiny_llava: Path) -> None:
    runner = runner_of(tiny_llava)
    first = sharing(runner, engine_request(QUESTION, picture("red")))
    _, scores = passes(runner, first)
    again = [*sharing(runner, engine_request(QUESTION, picture("red"))), *sharing(runner, engine_request("hello"))]
    rest = length(first[0]) - first[0].cuts[-1].end
    shapes, found = passes(runner, again)
    assert shapes == [(2, max(rest, length(again[1])))]
    assert torch.allclose(found[0], scores[0], atol=1e-4)


def test_the_companion_of_a_reply_reads_its_own_picture(tiny_llava: Path) -> None:
    runner, apart = runner_of(tiny_llava), runner_of(tiny_llava)
    request = engine_request(QUESTION, picture("red"))
    passes(runner, sharing(runner, engine_request(QUESTION, picture("red"))))
    request.white_box = WhiteBox(contrast=Contrast(alpha=1.0, noise_step=900))
    pair = sharing(runner, request)
    shapes, (own, noisy) = passes(runner, pair)
    assert sorted(shapes) == [(1, length(pair[0]) - pair[0].cuts[-1].end), (1, length(pair[1]))]
    _, (own_apart, noisy_apart) = passes(apart, sharing(apart, request))
    assert torch.allclose(own, own_apart, atol=1e-4)
    assert torch.allclose(noisy, noisy_apart, atol=1e-4)
    assert not torch.allclose(own, noisy, atol=1e-4)


def test_models_whose_pictures_are_not_features_in_a_row_share_nothing() -> None:
    from agents.engine.model_runner import ModelRunner

    runner = ModelRunner("tiny", tiny_qwen())
    (prompt,) = sharing(runner, engine_request(QUESTION, picture("red")))
    assert prompt.pictures == ()
    assert prompt.cuts == ()
