"""The local engine against transformers' own `generate`, called one by one on the same prompts.

    python -m benchmarks.engine CHECKPOINT [--clients 16] [--requests 288] [--rounds 3] [--out FILE]

Both get the same turns, pictures, stops and schemas, decode greedily, and must give the same tokens. Rounds of both
alternate, and so do single requests, so that a busy machine slows both. Medians are reported.

A third of the requests have no picture, a third a picture, and a third a picture and a schema. Replies end at different
lengths. Towards the end of a round some clients have nothing left to ask, so a round must be long beside its end: 18
requests a client by default.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import torch
from PIL import Image, ImageDraw
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from agents.conversation import user_message
from agents.engine.checkpoint import load_checkpoint
from agents.engine.engine import set_threads
from agents.engine.model_runner import ModelRunner
from agents.engine.request import EngineRequest
from agents.engine.sampling_params import SamplingParams
from agents.engine.structured_output import Grammar, GrammarCompiler
from agents.findings import IntentFinding
from agents.images import Picture, read_picture
from agents.models.base import ModelRequest
from agents.models.local import LocalModel
from agents.schema import response_format

QUESTIONS = ("How do I practise my golf swing here?", "What is in the picture?", "Where can I put the knife?")
LENGTHS = (4, 48)  # tokens a reply; a small model's answers and findings have that many
SINGLES = 96  # requests a round that are also asked by themselves


@dataclass(frozen=True)
class GeneratedReply:
    """What is compared: the text and its tokens."""

    text: str
    tokens: int


@dataclass(frozen=True)
class Round:
    """One pass over all requests. `cpu` is this process's milliseconds a reply, on all cores together."""

    replies_a_minute: float
    cpu: float
    replies: tuple[GeneratedReply, ...]


@dataclass(frozen=True)
class RoundPair:
    """A round of each, and the median milliseconds that each takes for a single request."""

    plain: Round
    engine: Round
    plain_single: float
    engine_single: float


@dataclass(frozen=True)
class Watch:
    """A start, by the wall clock and by the process's CPU time."""

    wall: float
    cpu: float

    @staticmethod
    def started() -> Watch:
        return Watch(time.perf_counter(), time.process_time())

    def rates(self, replies: int) -> tuple[float, float]:
        """Replies a minute, and milliseconds of CPU a reply, since the start."""
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        return 60 * replies / wall, 1000 * cpu / replies


@dataclass(frozen=True)
class Figures:
    """Medians over the rounds; `speed_up` and `single_ratio` are medians of each round's quotient."""

    requests: int
    clients: int
    one_by_one_a_minute: float
    engine_a_minute: float
    speed_up: float
    one_by_one_single_ms: float
    engine_single_ms: float
    single_ratio: float
    one_by_one_cpu_ms: float
    engine_cpu_ms: float
    different_replies: int


def requests(count: int, seed: int) -> list[ModelRequest]:
    """Greedy requests of three kinds, with replies of different lengths."""
    dice = random.Random(seed)
    asked = []
    for number in range(count):
        options: dict[str, Any] = {"temperature": 0, "max_tokens": dice.randint(*LENGTHS)}
        if number % 3 == 2:
            options["response_format"] = response_format(IntentFinding)
        pictures = (draw_picture(dice),) if number % 3 else ()
        asked.append(ModelRequest((user_message(f"{dice.choice(QUESTIONS)} ({number})", *pictures),), options))
    return asked


def draw_picture(dice: random.Random, side: int = 336) -> Picture:
    """An ellipse of one colour on another, in a square of so many pixels a side."""
    image = Image.new("RGB", (side, side), tuple(dice.randrange(256) for _ in range(3)))
    corners = sorted(dice.randrange(side) for _ in range(2))
    ImageDraw.Draw(image).ellipse(
        (*corners[:1] * 2, *corners[1:] * 2), fill=tuple(dice.randrange(256) for _ in range(3))
    )
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "picture")


class OneByOne:
    """Plain transformers: processor, `generate`, decode. A schema binds by the same masks."""

    def __init__(self, checkpoint: str) -> None:
        self._loaded = load_checkpoint(checkpoint)
        set_threads(self._loaded)  # as many as the engine has: small weights are faster with one
        self._runner = ModelRunner("one by one", self._loaded)
        self._grammars = GrammarCompiler(self._loaded.tokenizer, self._loaded.vocab_size, self._loaded.end_tokens)

    def reply(self, request: ModelRequest) -> GeneratedReply:
        params = SamplingParams.from_options("one by one", request.options)
        prompt = EngineRequest(request.messages, params, streaming=False)
        inputs = self._runner.to_device(self._runner.preprocess(prompt.prompts))
        grammar = params.schema and self._grammars.compile(params.schema)
        with torch.inference_mode():
            output = self._loaded.model.generate(
                **inputs,
                generation_config=GenerationConfig(
                    max_new_tokens=params.max_tokens,
                    do_sample=False,
                    eos_token_id=sorted(self._loaded.end_tokens),
                    pad_token_id=self._loaded.pad_token,
                ),
                logits_processor=LogitsProcessorList([_Bound(grammar)] if grammar else []),
                stopping_criteria=StoppingCriteriaList([_Complete(grammar)] if grammar else []),
            )
        tokens = output[0, inputs["input_ids"].shape[1] :]
        return GeneratedReply(self._loaded.tokenizer.decode(tokens, skip_special_tokens=True), len(tokens))


class _Bound(LogitsProcessor):  # type: ignore[misc]
    """Masks every token that the schema does not allow."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        return scores.masked_fill(~self._grammar.allowed_tokens().to(scores.device), float("-inf"))


class _Complete(StoppingCriteria):  # type: ignore[misc]
    """Follows each token, and stops where nothing can come after it, as the engine does."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        over = not self._grammar.accept(int(input_ids[0, -1]))
        return torch.tensor([over], device=input_ids.device)


def one_by_one(model: OneByOne, asked: Sequence[ModelRequest]) -> Round:
    """Each request after the one before it."""
    watch = Watch.started()
    replies = tuple(model.reply(request) for request in asked)
    return Round(*watch.rates(len(asked)), replies)


async def side_by_side(model: LocalModel, asked: Sequence[ModelRequest], clients: int) -> Round:
    """`clients` clients, each asking again once it is answered."""
    replies: dict[int, GeneratedReply] = {}
    waiting = iter(enumerate(asked))

    async def client() -> None:
        for number, request in waiting:
            completion = await model.complete(request)
            replies[number] = GeneratedReply(completion.text, completion.usage.completion_tokens)

    watch = Watch.started()
    await asyncio.gather(*(client() for _ in range(clients)))
    rates = watch.rates(len(asked))
    return Round(*rates, tuple(replies[number] for number in range(len(asked))))


async def singles(plain: OneByOne, engine: LocalModel, asked: Sequence[ModelRequest]) -> tuple[float, float]:
    """Milliseconds that each takes for a request while nothing else is asked, request for request (medians)."""
    times: tuple[list[float], list[float]] = ([], [])
    for request in asked:
        start = time.perf_counter()
        plain.reply(request)
        between = time.perf_counter()
        await engine.complete(request)
        times[0].append(1000 * (between - start))
        times[1].append(1000 * (time.perf_counter() - between))
    return median(times[0]), median(times[1])


async def round_of_both(plain: OneByOne, engine: LocalModel, asked: Sequence[ModelRequest], clients: int) -> RoundPair:
    """A round of both."""
    one = one_by_one(plain, asked)
    return RoundPair(one, await side_by_side(engine, asked, clients), *await singles(plain, engine, asked[:SINGLES]))


async def measure(checkpoint: str, *, clients: int, count: int, rounds: int, seed: int) -> Figures:
    """Alternate rounds of both on the same requests, after a warm-up."""
    asked = requests(count, seed)
    plain, engine = OneByOne(checkpoint), LocalModel("engine", checkpoint=checkpoint)
    await engine.start()
    try:
        await round_of_both(plain, engine, asked[:6], clients)
        pairs = [await round_of_both(plain, engine, asked, clients) for _ in range(rounds)]
    finally:
        await engine.close()
    return figures(pairs, clients)


def figures(pairs: Sequence[RoundPair], clients: int) -> Figures:
    """Medians over the rounds."""
    different = [a != b for pair in pairs for a, b in zip(pair.plain.replies, pair.engine.replies, strict=True)]
    return Figures(
        requests=len(pairs[0].plain.replies),
        clients=clients,
        one_by_one_a_minute=round(median(pair.plain.replies_a_minute for pair in pairs), 1),
        engine_a_minute=round(median(pair.engine.replies_a_minute for pair in pairs), 1),
        speed_up=round(median(pair.engine.replies_a_minute / pair.plain.replies_a_minute for pair in pairs), 2),
        one_by_one_single_ms=round(median(pair.plain_single for pair in pairs), 1),
        engine_single_ms=round(median(pair.engine_single for pair in pairs), 1),
        single_ratio=round(median(pair.engine_single / pair.plain_single for pair in pairs), 2),
        one_by_one_cpu_ms=round(median(pair.plain.cpu for pair in pairs), 1),
        engine_cpu_ms=round(median(pair.engine.cpu for pair in pairs), 1),
        different_replies=sum(different),
    )


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=288)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    chosen = parser.parse_args(arguments)
    result = asyncio.run(
        measure(
            chosen.checkpoint,
            clients=chosen.clients,
            count=chosen.requests,
            rounds=chosen.rounds,
            seed=chosen.seed,
        )
    )
    report = json.dumps(asdict(result), indent=2)
    sys.stdout.write(report + "\n")
    if chosen.out:
        chosen.out.write_text(report + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
