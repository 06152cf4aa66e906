"""Batching changes when replies come, and not a token of what they say."""

from __future__ import annotations

import asyncio
import io
import random
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agents.conversation import ImagePart, Message, TextPart, user_message
from agents.errors import ModelFailed
from agents.findings import IntentFinding
from agents.images import Picture, read_picture
from agents.models.base import Json, ModelRequest
from agents.models.local import LocalModel
from agents.schema import response_format

pytest.importorskip("torch", reason="needs local: the extra of that name")

POCKET = Path(str(files("agents.models") / "pocket"))


def picture(dice: random.Random) -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (dice.randrange(256), dice.randrange(256), dice.randrange(256))).save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "picture")


def mixed_requests(count: int) -> list[ModelRequest]:
    """With and without pictures, a schema and a temperature; short and long."""
    dice = random.Random(7)
    requests = []
    for number in range(count):
        pictures = [picture(dice) for _ in range((0, 1, 1, 2)[number % 4])]
        options: dict[str, Json] = {"max_tokens": dice.randint(1, 30)}
        if number % 3 == 0:
            options["response_format"] = response_format(IntentFinding)
        if number % 5 == 0:
            options |= {"temperature": 1.0, "seed": number}
        requests.append(ModelRequest((user_message("word " * dice.randint(1, 30), *pictures),), options))
    return requests


class PlainGenerate:
    """The replies of transformers itself, with nothing of ours but the picture."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self._processor = AutoProcessor.from_pretrained(folder)
        self._model = AutoModelForImageTextToText.from_pretrained(folder)

    def reply(self, request: ModelRequest) -> tuple[str, int]:
        content: list[dict[str, Any]] = []
        for part in request.messages[0].parts:
            if isinstance(part, ImagePart):
                content.append({"type": "image", "image": Image.open(io.BytesIO(part.picture.data))})
            else:
                content.append({"type": "text", "text": part.text})
        turn = {"role": "user", "content": content}
        inputs = self._processor.apply_chat_template(
            [turn], add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
        )
        output = self._model.generate(**inputs, max_new_tokens=request.options["max_tokens"], do_sample=False)
        tokens = output[0, inputs["input_ids"].shape[1] :]
        return self._processor.tokenizer.decode(tokens, skip_special_tokens=True), len(tokens)


@pytest.mark.parametrize("weights", ["tiny_llava", "sliding_llava"])
async def test_replies_generated_together_are_those_of_generate_one_by_one(
    weights: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(weights)
    dice = random.Random(3)
    questions = [
        ModelRequest(
            (user_message("word " * dice.randint(1, 30), *[picture(dice)] * (number % 3)),),
            {"max_tokens": dice.randint(1, 40)},
        )
        for number in range(9)
    ]
    model = LocalModel("tiny", checkpoint=str(folder), device="cpu")
    await model.start()
    together = await asyncio.gather(*(model.complete(question) for question in questions))
    await model.close()
    plain = PlainGenerate(folder)
    replies = [(reply.text, reply.usage.completion_tokens) for reply in together]
    assert replies == [plain.reply(question) for question in questions]


def guarded_requests(count: int) -> list[ModelRequest]:
    """As agents and drafts ask: several calls about a picture, most of which begin with it, and some about none."""
    dice = random.Random(5)
    looks = "Scene: what does the picture show? Reply with the place, the objects and the people that can be seen."
    judges = "Situation: is it safe to do this here? Reply with the evidence, and a verdict on what it leads to."
    messages: list[Message] = []
    for number in range(count):
        shown = picture(dice)
        asked = TextPart(f"{number}: where can I put the knife?")
        messages += [
            Message("user", (ImagePart(shown), asked)),
            Message("user", (asked, ImagePart(shown))),
            user_message(looks, shown),
            user_message(f"{judges} {number}", shown),
            user_message(f"{judges} {number}", shown, picture(dice)),
            user_message(f"{looks} {number}"),
        ]
    return [ModelRequest((message,), {"max_tokens": dice.randint(1, 20)}) for message in messages]


@pytest.mark.parametrize("weights", ["tiny_llava", "pocket"])
async def test_what_calls_share_changes_no_token_of_their_replies(
    weights: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from agents.engine.model_runner import ModelRunner

    read: list[int] = []
    prefill = ModelRunner.prefill

    def watched(runner: ModelRunner, prompts: list[Any]) -> Any:
        read.extend(prompt.inputs["input_ids"].shape[1] for prompt in prompts)
        return prefill(runner, prompts)

    monkeypatch.setattr(ModelRunner, "prefill", watched)
    folder = POCKET if weights == "pocket" else request.getfixturevalue(weights)
    questions = guarded_requests(4)
    model = LocalModel("tiny", checkpoint=str(folder), device="cpu")
    await model.start()
    first = asyncio.gather(*(model.complete(question) for question in questions[:9]))
    await asyncio.sleep(0.05)
    replies = [*await first, *await asyncio.gather(*(model.complete(question) for question in questions[9:]))]
    await model.close()
    plain = PlainGenerate(folder)
    expected = [plain.reply(question) for question in questions]
    assert [(reply.text, reply.usage.completion_tokens) for reply in replies] == expected
    assert len(read) == len(questions)
    assert sum(read) < 0.9 * sum(reply.usage.prompt_tokens for reply in replies)


@pytest.mark.parametrize("weights", ["tiny_llava", "sliding_llava"])
async def test_joining_and_leaving_at_any_time_changes_no_reply(weights: str, request: pytest.FixtureRequest) -> None:
    model = LocalModel("tiny", checkpoint=str(request.getfixturevalue(weights)), device="cpu")
    await model.start()
    questions = mixed_requests(15)
    alone = [await model.complete(question) for question in questions]

    async def later(question: ModelRequest, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "".join([chunk.text async for chunk in model.stream(question)])

    dice = random.Random(1)
    together = await asyncio.gather(*(later(question, dice.uniform(0, 0.2)) for question in questions))
    await model.close()
    assert together == [reply.text for reply in alone]


async def test_cancelled_requests_do_not_disturb_their_neighbours(tiny_llava: Path) -> None:
    model = LocalModel("tiny", checkpoint=str(tiny_llava), device="cpu")
    await model.start()
    questions = mixed_requests(8)
    alone = [(await model.complete(question)).text for question in questions]
    leaving = [asyncio.create_task(model.complete(question)) for question in mixed_requests(8)]
    staying = [asyncio.create_task(model.complete(question)) for question in questions]
    for number, call in enumerate(leaving):
        await asyncio.sleep(0.004 * number)
        call.cancel()
    assert [(await call).text for call in staying] == alone
    await model.close()


async def test_short_replies_overtake_long_ones(tiny_llava: Path) -> None:
    model = LocalModel("tiny", checkpoint=str(tiny_llava), device="cpu")
    await model.start()
    schema = response_format(IntentFinding)  # with a schema a reply does not end early by chance
    long = ModelRequest((user_message("long"),), {"max_tokens": 200, "response_format": schema})
    first = asyncio.create_task(model.complete(long))
    async with asyncio.timeout(20):
        while not first.done():
            short = await model.complete(ModelRequest((user_message("short"),), {"max_tokens": 1}))
            if not first.done():
                break
        else:
            pytest.fail("no short reply overtook the long one")
    assert short.usage.completion_tokens == 1
    assert (await first).usage.completion_tokens > 100
    await model.close()


async def test_a_prompt_that_cannot_be_read_fails_by_itself(tiny_llava: Path) -> None:
    model = LocalModel("tiny", checkpoint=str(tiny_llava), device="cpu")
    await model.start()
    hurt = Picture(b"no picture at all", "image/png", 40, 30)
    good, bad = await asyncio.gather(
        model.complete(ModelRequest((user_message("hello"),), {"max_tokens": 5})),
        model.complete(ModelRequest((user_message("hello", hurt),), {"max_tokens": 5})),
        return_exceptions=True,
    )
    assert not isinstance(good, BaseException)
    assert isinstance(bad, ModelFailed)
    assert bad.kind == "internal"
    assert "picture" not in str(bad)
    await model.close()


def test_a_missing_checkpoint_is_raised_where_the_start_is_awaited(tmp_path: Path) -> None:
    from agents.engine.engine import Engine
    from agents.errors import CheckpointUnavailable

    engine = Engine("none", str(tmp_path), device="cpu", local_files_only=True)
    with pytest.raises(CheckpointUnavailable):
        engine.start().result(timeout=60)
    engine.close()


@pytest.mark.parametrize(("weights", "scheduler"), [("tiny_llava", "Scheduler"), ("sliding_llava", "StaticScheduler")])
def test_an_engine_batches_as_its_checkpoint_allows(
    weights: str, scheduler: str, request: pytest.FixtureRequest
) -> None:
    from agents.engine.engine import Engine

    engine = Engine("tiny", str(request.getfixturevalue(weights)), device="cpu", local_files_only=True)
    assert type(engine.start().result(timeout=60)).__name__ == scheduler
    engine.close()
