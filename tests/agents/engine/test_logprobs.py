"""Log-probabilities are the model's own, in the API's form, and belong to the text that they come with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from agents.findings import IntentFinding
from agents.models.base import Json, JsonObject
from agents.models.local import LocalModel
from agents.schema import response_format
from tests.agents.engine.direct_requests import engine_request
from tests.agents.models.test_local import asking

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

SCHEMA = response_format(IntentFinding)


@pytest_asyncio.fixture(params=["tiny_llava", "sliding_llava"])
async def model(request: pytest.FixtureRequest) -> AsyncIterator[LocalModel]:
    local = LocalModel("tiny", checkpoint=str(request.getfixturevalue(request.param)), device="cpu")
    await local.start()
    yield local
    await local.close()


def passed(folder: Path, text: str, reply: list[int]) -> Any:
    """The log-probabilities of transformers for every token of the reply: [tokens, vocabulary]."""
    from tests.agents.engine.conftest import runner_of

    runner = runner_of(folder)
    prompt = runner.preprocess(engine_request(text).prompts)["input_ids"]
    whole = torch.cat([prompt, torch.tensor([reply])], dim=1)
    with torch.inference_mode():
        logits = runner.checkpoint.model(input_ids=whole).logits[0]
    return logits[prompt.shape[1] - 1 : -1].log_softmax(-1)


@pytest.mark.parametrize("options", [{}, {"response_format": SCHEMA}, {"temperature": 2.0, "seed": 1}])
async def test_they_are_those_before_grammar_and_temperature(tiny_llava: Path, options: dict[str, Json]) -> None:
    from tests.agents.engine.conftest import runner_of

    local = LocalModel("tiny", checkpoint=str(tiny_llava), device="cpu")
    await local.start()
    reply = await local.complete(asking("hello", logprobs=True, top_logprobs=3, **options))
    assert reply.text == (await local.complete(asking("hello", **options))).text
    await local.close()
    tokenizer = runner_of(tiny_llava).checkpoint.tokenizer
    vocabulary = {bytes_of(tokenizer, number): number for number in range(len(tokenizer))}
    tokens = [vocabulary[bytes(entry["bytes"])] for entry in reply.logprobs]
    expected = passed(tiny_llava, "hello", tokens)
    for entry, token, scores in zip(reply.logprobs, tokens, expected, strict=True):
        assert entry["logprob"] == pytest.approx(float(scores[token]), abs=1e-4)
        top = [each["logprob"] for each in entry["top_logprobs"]]
        assert top == pytest.approx(scores.topk(3).values.tolist(), abs=1e-4)


def bytes_of(tokenizer: Any, number: int) -> bytes:
    """A byte-level token's bytes, by the alphabet that byte-level tokenizers write them in."""
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    bytes_by_letter = {letter: byte for byte, letter in bytes_to_unicode().items()}
    written = tokenizer.convert_ids_to_tokens(number)
    return written.encode() if number in tokenizer.all_special_ids else bytes(bytes_by_letter[each] for each in written)


async def test_a_reply_s_tokens_make_up_its_text(model: LocalModel) -> None:
    reply = await model.complete(asking("hello", logprobs=True, temperature=1.0, seed=3))
    ChatCompletion.model_validate(reply.body)
    assert len(reply.logprobs) == reply.usage.completion_tokens
    raw = b"".join(bytes(entry["bytes"]) for entry in reply.logprobs)
    for control in (b"<|pad|>", b"<|im_start|>", b"<image>"):  # random weights write them, and no text shows them
        raw = raw.replace(control, b"")
    assert raw.decode(errors="replace") == reply.text
    assert not any(entry["top_logprobs"] for entry in reply.logprobs)


async def test_a_stream_tells_the_same_beside_its_text(model: LocalModel) -> None:
    options: JsonObject = {"logprobs": True, "top_logprobs": 2, "temperature": 1.0, "seed": 3}
    whole = await model.complete(asking("hello", **options))
    bodies = [chunk.body async for chunk in model.stream(asking("hello", **options))]
    said: list[JsonObject] = []
    for body in bodies:
        chunk = ChatCompletionChunk.model_validate(body).choices[0]
        entries = (body["choices"][0]["logprobs"] or {}).get("content") or []
        said += entries
        if chunk.delta.content:
            assert entries
    assert said == whole.logprobs


async def test_a_stop_string_is_told_neither_as_text_nor_by_its_tokens(model: LocalModel) -> None:
    whole = await model.complete(asking("hello", logprobs=True))
    words = [entry["token"] for entry in whole.logprobs]
    stop = "".join(words[4:7])
    reply = await model.complete(asking("hello", logprobs=True, stop=[stop]))
    assert reply.text == whole.text[: whole.text.index(stop)]
    told = "".join(entry["token"] for entry in reply.logprobs)
    assert len(told) - len(reply.text) < max(len(word) for word in words)
    assert told.startswith(reply.text)


async def test_without_asking_there_are_none(model: LocalModel) -> None:
    reply = await model.complete(asking("hello"))
    assert reply.logprobs == []
    assert reply.body["choices"][0]["logprobs"] is None


def test_what_is_all_but_impossible_can_be_written_as_json() -> None:
    from agents.engine.logprobs import LogprobRecorder

    recorder = LogprobRecorder(2, lambda token: b"ab"[token : token + 1])
    recorder.read(torch.tensor([0.0, float("-inf")]))
    recorder.add(1, 0)
    (entry,) = recorder.take(None)
    assert entry["logprob"] == -9999.0
    assert [other["token"] for other in entry["top_logprobs"]] == ["a", "b"]
    assert recorder.take(None) == []
