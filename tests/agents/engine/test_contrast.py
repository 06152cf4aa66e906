"""Contrastive decoding has known answers, token for token, and changes no other reply in the batch."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agents.conversation import Message, TextPart, user_message
from agents.engine.request import EngineRequest, Finished
from agents.engine.sampling_params import SamplingParams
from agents.findings import IntentFinding
from agents.models.base import Json, ModelRequest
from agents.models.local import LocalModel
from agents.models.white_box import PLAIN, Contrast, OutputHead, WhiteBox
from agents.schema import response_format
from tests.agents.engine.direct_requests import DirectLoop, engine_request, outputs_of
from tests.agents.engine.test_engine import mixed_requests
from tests.agents.models.test_local import picture

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

if TYPE_CHECKING:
    from agents.engine.model_runner import ModelRunner

CLIENT = (user_message("Where can I put the knife?", picture("green")),)
CAREFUL = (Message("system", (TextPart("Be careful with sharp things."),)), *CLIENT)
SCHEMA = response_format(IntentFinding)
DRAWN: dict[str, Json] = {"temperature": 1.0, "seed": 5}


def asking(messages: tuple[Message, ...], contrast: Contrast | None = None, **options: Json) -> ModelRequest:
    return ModelRequest(messages, {"max_tokens": 12, **options}, WhiteBox(contrast=contrast))


async def replies(model: LocalModel, *requests: ModelRequest) -> list[str]:
    """Of requests that are in the engine at once."""
    return [reply.text for reply in await asyncio.gather(*(model.complete(request) for request in requests))]


async def test_known_answers_among_ordinary_requests(model: LocalModel) -> None:
    ordinary = [*mixed_requests(4), asking(CLIENT), asking(CAREFUL), asking(CLIENT, **DRAWN), asking(CAREFUL, **DRAWN)]
    alone = [(await model.complete(request)).text for request in ordinary]
    raw, careful, raw_drawn, careful_drawn = alone[4:]
    pairs = {
        "alpha 0 is the first prompt": (asking(CAREFUL, Contrast(0, messages=CLIENT)), careful),
        "alpha -1 is the second prompt": (asking(CAREFUL, Contrast(-1, messages=CLIENT)), raw),
        "so they are with a temperature": (asking(CAREFUL, Contrast(0, messages=CLIENT), **DRAWN), careful_drawn),
        "and the second is": (asking(CAREFUL, Contrast(-1, messages=CLIENT), **DRAWN), raw_drawn),
        "an empty principle adds nothing": (asking(CLIENT, Contrast(4, messages=CLIENT)), raw),
        "undistorted pictures add nothing": (asking(CLIENT, Contrast(1)), raw),
        "noise without a weight adds nothing": (asking(CLIENT, Contrast(0, noise_step=999)), raw),
        "nor does the cut alone, greedily": (asking(CLIENT, Contrast(0, 0.1, noise_step=999)), raw),
    }
    together = await replies(model, *ordinary, *(request for request, _ in pairs.values()))
    assert together[: len(ordinary)] == alone
    assert dict(zip(pairs, together[len(ordinary) :], strict=True)) == {
        name: expected for name, (_, expected) in pairs.items()
    }


async def test_pairs_in_one_batch_reply_as_if_alone(model: LocalModel) -> None:
    pairs = [
        asking(CAREFUL, Contrast(2, messages=CLIENT)),
        asking(CLIENT, Contrast(2, 0.1, noise_step=999)),
        asking(CAREFUL, Contrast(1, 0.1, messages=CLIENT), response_format=SCHEMA, max_tokens=60),
        asking(CLIENT, Contrast(1, 0.2, noise_step=500), **DRAWN),
        asking(CAREFUL, Contrast(1, messages=(user_message("no picture"),))),
    ]
    alone = [(await model.complete(pair)).text for pair in pairs]
    together = await replies(model, *pairs, *mixed_requests(4), *pairs)
    assert together[: len(pairs)] == alone
    assert together[-len(pairs) :] == alone


async def test_cancelled_pairs_do_not_disturb_their_neighbours(model: LocalModel) -> None:
    ordinary = mixed_requests(5)
    alone = [(await model.complete(request)).text for request in ordinary]
    pair = asking(CAREFUL, Contrast(1, messages=CLIENT), max_tokens=200, **DRAWN)
    leaving = [asyncio.create_task(model.complete(pair)) for _ in range(5)]
    staying = [asyncio.create_task(model.complete(request)) for request in ordinary]
    for number, call in enumerate(leaving):
        await asyncio.sleep(0.004 * number)
        call.cancel()
    assert [(await call).text for call in staying] == alone


async def test_without_pictures_noise_makes_no_pair(model: LocalModel) -> None:
    words = (user_message("Where can I put the knife?"),)
    drawn = asking(words, **DRAWN)
    pair = asking(words, Contrast(3, 0.9, noise_step=999), **DRAWN)
    assert await replies(model, pair) == await replies(model, drawn)


@pytest.mark.parametrize("alpha", [0.5, 1.0, 4.0])
async def test_words_are_those_of_classifier_free_guidance(tiny_llava: Path, runner: ModelRunner, alpha: float) -> None:
    from transformers import LogitsProcessorList, UnbatchedClassifierFreeGuidanceLogitsProcessor

    with_principle, without = (user_message("Take care. Where to?"),), (user_message("Where to?"),)
    local = LocalModel("tiny", checkpoint=str(tiny_llava), device="cpu")
    await local.start()
    request = asking(with_principle, Contrast(alpha, messages=without), max_tokens=20)
    ours = await local.complete(request)
    assert ours.text != (await local.complete(asking(with_principle, max_tokens=20))).text
    await local.close()
    checkpoint = runner.checkpoint
    inputs, other = (runner.preprocess(engine_request(text).prompts) for text in ("Take care. Where to?", "Where to?"))
    guidance = UnbatchedClassifierFreeGuidanceLogitsProcessor(
        1 + alpha,
        checkpoint.model,
        unconditional_ids=other["input_ids"],
        unconditional_attention_mask=other["attention_mask"],
    )
    with torch.inference_mode():
        theirs = checkpoint.model.generate(
            **inputs, max_new_tokens=20, do_sample=False, logits_processor=LogitsProcessorList([guidance])
        )
    tokens = theirs[0, inputs["input_ids"].shape[1] :]
    assert ours.text == checkpoint.tokenizer.decode(tokens, skip_special_tokens=True)


def test_a_pair_takes_two_places_and_waits_for_both(runner: ModelRunner) -> None:
    from agents.engine.scheduler import Scheduler
    from tests.agents.engine.test_scheduler import run

    scheduler = Scheduler(runner, max_sequences=3)
    requests = [engine_request(f"{number}", max_tokens=9) for number in range(6)]
    for request in requests[1::2]:
        request.white_box = WhiteBox(contrast=Contrast(0.0))
    assert run(scheduler, requests) == 3
    scheduler.close()
    assert all(outputs_of(request)[-1] for request in requests)


def test_a_pair_fits_where_there_is_one_place(runner: ModelRunner) -> None:
    from agents.engine.scheduler import Scheduler
    from tests.agents.engine.test_scheduler import run

    scheduler = Scheduler(runner, max_sequences=1)
    request = engine_request("hello", max_tokens=3)
    request.white_box = WhiteBox(contrast=Contrast(1.0))
    assert run(scheduler, [request]) == 2
    scheduler.close()


def test_a_reply_has_room_beside_the_longer_prompt(runner: ModelRunner) -> None:
    request = engine_request("hello", max_tokens=100)
    sequence = runner.open_sequence(request, 5, runner.checkpoint.context_length - 3)
    assert sequence is not None
    assert sequence.max_tokens == 3


def contrasted(leader: list[float], companion: list[float], settings: Contrast) -> list[float]:
    from agents.engine.contrast import contrast

    scores = torch.tensor(leader)
    contrast(scores, torch.tensor(companion), settings)
    return [float(score) for score in scores]


NEVER = float("-inf")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (Contrast(0), [2.0, 1.0, -3.0]),
        (Contrast(-1), [1.0, 5.0, 0.0]),
        (Contrast(1), [3.0, -3.0, -6.0]),
        (Contrast(1, 0.5), [3.0, NEVER, NEVER]),  # e^-1 is less than a half
        (Contrast(1, 0.3), [3.0, -3.0, NEVER]),
        (Contrast(1, 1.0), [3.0, NEVER, NEVER]),
    ],
)
def test_scores_are_cut_and_then_moved_away(settings: Contrast, expected: list[float]) -> None:
    assert contrasted([2.0, 1.0, -3.0], [1.0, 5.0, 0.0], settings) == expected


@pytest.mark.parametrize("alpha", [-2.0, -1.0, 0.0, 1.0])
def test_what_the_grammar_forbids_stays_forbidden(alpha: float) -> None:
    scores = contrasted([NEVER, 1.0, 0.0], [9.0, 0.0, NEVER if alpha == 0 else 0.0], Contrast(alpha, 0.1))
    assert scores[0] == NEVER
    assert scores[1] == 1.0 + alpha


async def test_a_reply_under_a_grammar_is_complete(model: LocalModel) -> None:
    one_of = {"type": "json_schema", "json_schema": {"schema": {"enum": ["safe", "unsafe"]}}}
    pair = asking(CAREFUL, Contrast(1, 0.1, messages=CLIENT), response_format=one_of)
    assert json.loads((await model.complete(pair)).text) in {"safe", "unsafe"}


def test_noise_is_put_on_the_companions_pictures_alone(runner: ModelRunner) -> None:
    from agents.engine.request import Prompt

    two = (user_message("two", picture("red"), picture("blue")),)
    prompts = [Prompt(CLIENT), Prompt(two), Prompt(two, 500), Prompt((user_message("none"),), 500), Prompt(CLIENT)]
    plain = runner.preprocess([Prompt(prompt.messages) for prompt in prompts])
    mixed = runner.preprocess(prompts)
    differs = [bool((a != b).any()) for a, b in zip(plain["pixel_values"], mixed["pixel_values"], strict=True)]
    assert differs == [False, False, False, True, True, False]
    alone: Any = runner.preprocess([Prompt(two, 500)])["pixel_values"]
    assert torch.equal(mixed["pixel_values"][3:5], alone)


async def test_usage_tells_what_the_companion_took_beside_the_prompt(model: LocalModel) -> None:
    raw, careful = [(await model.complete(asking(turns))).usage for turns in (CLIENT, CAREFUL)]
    pair = (await model.complete(asking(CAREFUL, Contrast(0, messages=CLIENT)))).usage
    assert (pair.prompt_tokens, pair.completion_tokens) == (careful.prompt_tokens, careful.completion_tokens)
    assert pair.companion_tokens == raw.prompt_tokens + careful.completion_tokens
    assert raw.companion_tokens == careful.companion_tokens == 0


def test_known_answers_on_a_checkpoint_of_qwen_s_shape() -> None:
    from agents.engine.batch import supports_continuous_batching
    from agents.engine.model_runner import ModelRunner
    from agents.engine.static_batch import StaticScheduler
    from tests.agents.models.tiny_qwen import tiny_qwen

    checkpoint = tiny_qwen()
    assert not supports_continuous_batching(checkpoint)
    scheduler = StaticScheduler(ModelRunner("tiny", checkpoint), 32, lambda: False)

    def together(*asked: tuple[tuple[Message, ...], WhiteBox]) -> list[str]:
        requests = [
            EngineRequest(messages, SamplingParams(max_tokens=8), True, DirectLoop(), white_box=white_box)  # type: ignore[arg-type]
            for messages, white_box in asked
        ]
        for request in requests:
            scheduler.submit(request)
        with torch.inference_mode():
            scheduler.step()
        outputs = [outputs_of(request) for request in requests]
        assert all(isinstance(each[-1], Finished) for each in outputs)
        return ["".join(output for output in each if isinstance(output, str)) for each in outputs]

    def pair(alpha: float, beta: float = 0.0, **changes: Any) -> WhiteBox:
        return WhiteBox(contrast=Contrast(alpha, beta, **changes))

    ordinary = [(CLIENT, PLAIN), (CAREFUL, PLAIN), ((user_message("hello"),), PLAIN)]
    (raw,), (careful,), (words,) = (together(each) for each in ordinary)
    distorted = (CLIENT, pair(3, noise_step=999))
    copy = OutputHead(checkpoint.model.get_output_embeddings().weight.detach().clone())
    known = [
        ((CAREFUL, pair(0, messages=CLIENT)), careful),
        ((CAREFUL, pair(-1, messages=CLIENT)), raw),
        ((CLIENT, pair(4, messages=CLIENT)), raw),
        ((CLIENT, pair(1)), raw),
        ((CLIENT, pair(0, noise_step=999)), raw),
        ((CLIENT, WhiteBox(head=copy)), raw),
        (distorted, together(distorted)[0]),
    ]
    replies = together(*ordinary, *(asked for asked, _ in known))
    assert replies == [raw, careful, words, *(expected for _, expected in known)]
    assert replies[-1] != raw
