"""Hidden states are those of transformers, heads score as they should, and neighbours in the batch notice nothing."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agents.conversation import user_message
from agents.errors import ModelFailed
from agents.models.base import ModelRequest
from agents.models.local import LocalModel
from agents.models.white_box import OutputHead, Tap, WhiteBox
from tests.agents.engine.direct_requests import engine_request
from tests.agents.engine.test_engine import mixed_requests
from tests.agents.models.test_local import picture

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner


@pytest.fixture
def runner_there(folder: Path) -> ModelRunner:
    from tests.agents.engine.conftest import runner_of

    return runner_of(folder)


def asking(text: str, white_box: WhiteBox, max_tokens: int = 12) -> ModelRequest:
    return ModelRequest((user_message(text, picture()),), {"max_tokens": max_tokens}, white_box)


def head_of(runner: ModelRunner, factor: float = 1.0) -> OutputHead:
    """The model's own output layer, times a factor."""
    return OutputHead(runner.checkpoint.model.get_output_embeddings().weight.detach() * factor)


async def test_states_are_those_of_one_pass_over_prompt_and_reply(model: LocalModel, runner_there: ModelRunner) -> None:
    states: dict[tuple[int, int], Any] = {}
    config = runner_there.checkpoint.text_config
    layers, width = config.num_hidden_layers, config.hidden_size
    taps = [
        Tap(layer, partial(states.__setitem__, (layer, after)), after)
        for layer in range(-layers - 1, layers + 1)
        for after in (0, 1, 3)
    ]
    questions = [asking("hello", WhiteBox(tuple(taps))), *mixed_requests(6)]
    reply, *_ = await asyncio.gather(*(model.complete(question) for question in questions))
    assert len(states) == len(taps)

    checkpoint = runner_there.checkpoint
    inputs = runner_there.preprocess(engine_request("hello", picture()).prompts)
    with torch.inference_mode():
        whole = checkpoint.model.generate(**inputs, max_new_tokens=4, do_sample=False)
        longer = {**inputs, "input_ids": whole, "attention_mask": torch.ones_like(whole)}
        expected = checkpoint.model(**longer, output_hidden_states=True).hidden_states
    prompt = inputs["input_ids"].shape[1]
    assert reply.text.startswith(checkpoint.tokenizer.decode(whole[0, prompt:], skip_special_tokens=True))
    for (layer, after), state in states.items():
        assert (state.shape, state.dtype, state.device.type) == ((width,), torch.float32, "cpu")
        assert torch.allclose(state, expected[layer][0, prompt - 1 + after], atol=1e-4)


async def test_a_tap_is_answered_while_the_reply_goes_on(model: LocalModel) -> None:
    states: list[Any] = []
    request = asking("hello", WhiteBox((Tap(-1, states.append, 2),)), 400)
    known = [len(states) async for chunk in model.stream(request) if chunk.text]
    assert known[-1] == 1
    assert known.index(1) < len(known) / 2


async def test_a_reply_that_ends_early_is_not_tapped(model: LocalModel) -> None:
    states: list[Any] = []
    tap = Tap(-1, states.append, after_tokens=9)
    one = {"type": "json_schema", "json_schema": {"schema": {"enum": [1]}}}
    request = ModelRequest((user_message("hello"),), {"max_tokens": 20, "response_format": one}, WhiteBox((tap,)))
    assert (await model.complete(request)).text == "1"
    assert states == []


async def test_a_head_of_its_own_changes_its_request_and_no_other(model: LocalModel, runner_there: ModelRunner) -> None:
    same, turned = WhiteBox(head=head_of(runner_there)), WhiteBox(head=head_of(runner_there, -1.0))
    plain = (await model.complete(asking("hello", WhiteBox()))).text
    neighbours = mixed_requests(6)
    alone = [(await model.complete(neighbour)).text for neighbour in neighbours]
    asked = [asking("hello", same), asking("hello", turned), *neighbours, asking("hello", same)]
    first, other, *between, last = [
        reply.text for reply in await asyncio.gather(*(model.complete(each) for each in asked))
    ]
    assert [first, last] == [plain, plain]
    assert other != plain
    assert between == alone
    assert (await model.complete(asking("hello", WhiteBox()))).text == plain


async def test_a_bias_is_added(model: LocalModel, runner_there: ModelRunner) -> None:
    bias = torch.zeros(runner_there.checkpoint.vocab_size)
    bias[runner_there.checkpoint.tokenizer.eos_token_id] = 1e6
    head = OutputHead(head_of(runner_there).weights, bias)
    assert (await model.complete(asking("hello", WhiteBox(head=head)))).usage.completion_tokens == 1


@pytest.mark.parametrize("folder", ["tiny_llava"], indirect=True)
@pytest.mark.parametrize(
    ("white_box", "reason"),
    [
        (WhiteBox((Tap(3, print),)), r"no layer 3 to tap: this model has 0 \(embeddings\) to 2"),
        (WhiteBox((Tap(-4, print),)), "no layer -4"),
        (WhiteBox((Tap(0, print, after_tokens=12),)), "after 12 tokens is never reached: `max_tokens` is 12"),
        (WhiteBox((Tap(0, print, after_tokens=-1),)), "after -1 tokens is never reached"),
    ],
)
async def test_what_is_not_there_is_refused_with_the_reason(
    model: LocalModel, white_box: WhiteBox, reason: str
) -> None:
    with pytest.raises(ModelFailed, match=reason) as caught:
        await model.complete(asking("hello", white_box))
    assert (caught.value.kind, caught.value.status) == ("refused", 400)


async def test_a_head_of_another_shape_is_refused(model: LocalModel) -> None:
    with pytest.raises(ModelFailed, match=r"the head has shape \[7, 32\], the model's output layer \[\d+, \d+\]"):
        await model.complete(asking("hello", WhiteBox(head=OutputHead(torch.zeros(7, 32)))))


def test_without_taps_and_heads_the_model_has_no_hooks(runner: ModelRunner) -> None:
    request = engine_request("hello")
    sequence = runner.open_sequence(request, 5)
    assert sequence is not None
    with runner.hooks.serving([sequence]):
        assert not runner.checkpoint.model._forward_hooks
        assert not runner.checkpoint.model._forward_pre_hooks
        assert not runner.checkpoint.model.get_output_embeddings()._forward_hooks


async def test_a_tap_gets_the_same_state_where_the_prompt_was_read_before(model: LocalModel) -> None:
    text = "where can I put the knife so that the child does not reach it"
    first: list[Any] = []
    again: list[Any] = []
    for states in (first, again):
        taps = tuple(Tap(layer=-1, after_tokens=after, receive=states.append) for after in (0, 2))
        await model.complete(asking(text, WhiteBox(taps=taps)))
    assert len(first) == len(again) == 2
    assert all(torch.allclose(one, other, atol=1e-4) for one, other in zip(first, again, strict=True))
