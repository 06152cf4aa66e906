"""Batching changes when replies come, and nothing of what they say."""

from __future__ import annotations

import asyncio
import io
import queue
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agents.conversation import ImagePart, Part, user_message
from agents.engine.request import Ending, Job
from agents.engine.sampling_params import read_options
from agents.errors import ModelFailed
from agents.findings import IntentFinding
from agents.images import Picture, read_picture
from agents.models.base import Json, ModelRequest
from agents.models.local import LocalModel
from agents.schema import response_format

torch = pytest.importorskip("torch", reason="needs local: the extra of that name")

Told = list[str | Ending]


@pytest.fixture(scope="session")
def sliding_llava(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint whose layers forget, so that its rows cannot be put together by keys and values alone."""
    from tests.agents.models.tiny_llava import save_tiny_llava

    return save_tiny_llava(tmp_path_factory.mktemp("sliding"), window=64)


def picture(dice: random.Random) -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (dice.randrange(256), dice.randrange(256), dice.randrange(256))).save(buffer, "PNG")
    return read_picture(buffer.getvalue(), None, "picture")


def mixed_requests(count: int) -> list[ModelRequest]:
    """With and without pictures, bound and free, drawn and greedy, short and long."""
    dice = random.Random(7)
    return [_mixed(dice, number) for number in range(count)]


def _mixed(dice: random.Random, number: int) -> ModelRequest:
    pictures = [picture(dice) for _ in range((0, 1, 1, 2)[number % 4])]
    options: dict[str, Json] = {"max_tokens": dice.randint(1, 30)}
    if number % 3 == 0:
        options["response_format"] = response_format(IntentFinding)
    if number % 5 == 0:
        options |= {"temperature": 1.0, "seed": number}
    return ModelRequest((user_message("word " * dice.randint(1, 30), *pictures),), options)


class PlainGenerate:
    """What transformers itself says, without anything of ours but the picture."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoModelForImageTextToText, AutoProcessor

        self._processor = AutoProcessor.from_pretrained(folder)
        self._model = AutoModelForImageTextToText.from_pretrained(folder)

    def reply(self, request: ModelRequest) -> tuple[str, int]:
        turn = {"role": "user", "content": [_content(part) for part in request.messages[0].parts]}
        inputs = self._processor.apply_chat_template(
            [turn], add_generation_prompt=True, tokenize=True, return_dict=True, return_tensors="pt"
        )
        output = self._model.generate(**inputs, max_new_tokens=request.options["max_tokens"], do_sample=False)
        tokens = output[0, inputs["input_ids"].shape[1] :]
        return self._processor.tokenizer.decode(tokens, skip_special_tokens=True), len(tokens)


def _content(part: Part) -> dict[str, Any]:
    if isinstance(part, ImagePart):
        return {"type": "image", "image": Image.open(io.BytesIO(part.picture.data))}
    return {"type": "text", "text": part.text}


@pytest.mark.parametrize("weights", ["tiny_llava", "sliding_llava"])
async def test_side_by_side_they_say_what_generate_says_one_by_one(
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
    said = [(reply.text, reply.usage.completion_tokens) for reply in together]
    assert said == [plain.reply(question) for question in questions]


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


async def test_rows_given_up_in_the_middle_do_not_disturb_their_neighbours(tiny_llava: Path) -> None:
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
    bound = response_format(IntentFinding)  # such a reply does not end early by chance
    long = ModelRequest((user_message("long"),), {"max_tokens": 200, "response_format": bound})
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


class Straight:
    """A loop that calls at once."""

    def call_soon_threadsafe(self, callback: Callable[..., None], *arguments: object) -> None:
        callback(*arguments)


def told(job: Job) -> Told:
    events: list[Any] = []
    while not job.events.empty():
        events.append(job.events.get_nowait())
    return events


def jobs_of(requests: Sequence[ModelRequest], *, streaming: bool = True) -> list[Job]:
    return [
        Job(request.messages, read_options("tiny", request.options), streaming, Straight())  # type: ignore[arg-type]
        for request in requests
    ]


def test_a_batch_lets_go_of_padding_and_of_rows_that_are_over(tiny_llava: Path) -> None:
    from agents.engine.batch import Batch, can_batch
    from agents.engine.checkpoint import load_checkpoint
    from agents.engine.collate import Prompt
    from agents.engine.model_runner import Workbench
    from agents.engine.prefill import prefill
    from agents.engine.sequence import open_row

    bench = Workbench("tiny", load_checkpoint(str(tiny_llava), device="cpu"))
    assert can_batch(bench.checkpoint)
    long = ModelRequest((user_message("word " * 60),), {"max_tokens": 2})
    short = ModelRequest((user_message("hi"),), {"max_tokens": 6})
    prompts = []
    for job in jobs_of([long, short]):
        inputs = bench.prompts([job])
        row = open_row(bench, job, inputs["input_ids"].shape[1])
        assert row is not None
        prompts.append(Prompt(row, inputs))
    batch = Batch(bench)
    with torch.inference_mode():
        batch.join(prefill(bench, prompts))
        assert batch._cache is not None
        wide = batch._cache.mask.shape[1]
        batch.step()
        assert [row.job for row in batch.rows] == [prompts[1].row.job]
        narrow = batch._cache.mask.shape
        assert narrow[0] == 1
        assert narrow[1] < wide
        assert batch._cache.states.get_seq_length() + 1 == narrow[1]
        while batch.rows:
            batch.step()
        assert batch._cache is None
    *_, ending = told(prompts[1].row.job)
    assert isinstance(ending, Ending)
    assert ending.usage.completion_tokens <= 6


def test_a_full_batch_takes_no_more_until_a_row_leaves(tiny_llava: Path) -> None:
    from agents.engine.checkpoint import load_checkpoint
    from agents.engine.model_runner import Workbench
    from agents.engine.scheduler import ContinuousDesk

    desk = ContinuousDesk(Workbench("tiny", load_checkpoint(str(tiny_llava), device="cpu")), rows=2)
    bound = {"max_tokens": 30, "response_format": response_format(IntentFinding)}
    jobs = jobs_of([ModelRequest((user_message(f"{number}"),), bound) for number in range(5)])
    for job in jobs:
        desk.submit(job)
    most = 0
    with torch.inference_mode():
        while any(job.is_open for job in jobs):
            desk.work()
            most = max(most, len(desk._batch.rows))
    desk.close()
    assert most == 2
    assert all(isinstance(told(job)[-1], Ending) for job in jobs)


def test_what_waits_is_taken_up_to_a_bound() -> None:
    from agents.engine.scheduler import _taken

    waiting: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    for number in (1, 2, None, 3):
        waiting.put(number)
    assert _taken(waiting, 3, wait=True) == [1, 2]
    assert _taken(waiting, 3, wait=False) == [3]
    assert _taken(waiting, 3, wait=False) == []
