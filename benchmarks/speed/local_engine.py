"""Guarded requests a minute of the local engine, against four calls of transformers' `generate` in a row.

    python -m benchmarks.speed.local_engine [--requests 24] [--clients 8] [--rounds 3] [--out FILE]

A guarded request asks the model four times: three agents, and the answer beside them. The engine gets so many of them
at once. What it was asked is kept and asked again of `generate`, one call after another: the same prompts, schemas and
ends, and every reply must be the same, token for token. Rounds of both alternate; the median ratio counts. After them,
one more of each is watched, and what its model read is counted: pictures through the encoder, and tokens of prompts,
padding included. `--layers` asks a heavier model that says the same (`benchmarks.speed.deeper`), and `--side` shows
larger pictures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from agents.conversation import Conversation, user_message
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.local import LocalModel
from agents.models.resilience import Wrapped
from agents.prompts import PromptSet
from benchmarks.engine import QUESTIONS, OneByOne, Watch, draw_picture
from benchmarks.speed.deeper import save_deeper
from benchmarks.speed.work import Work, watched
from guard.config import EMBEDDED, Deployment, LocalConfig
from guard.errors import NotJudged
from guard.guard import GuardedDeployment
from guard.identity import checkpoint_of

ANSWER = {"max_tokens": 48, "temperature": 0}
SETTING = {"model": "pocket", "prompts": "compact", "agents": {"onlooker": False}}


class Kept(Wrapped):
    """A model that keeps what it was asked and what it replied."""

    def __init__(self, model: ChatModel) -> None:
        super().__init__(model)
        self.asked: list[tuple[ModelRequest, str, int]] = []

    async def complete(self, request: ModelRequest) -> Completion:
        reply = await self._model.complete(request)
        self.asked.append((request, reply.text, reply.usage.completion_tokens))
        return reply

    def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        return self._model.stream(request)


@dataclass(frozen=True)
class Compared:
    """Medians over the rounds; `cpu_ratio` compares CPU time, which other programs disturb less than the clock.

    `different` counts replies that were not the same. Pictures and tokens are those of a guarded request.
    """

    local_vs_generate: float
    cpu_ratio: float
    guarded_a_minute: float
    four_in_a_row_a_minute: float
    requests: int
    clients: int
    layers: int
    side: int
    calls: float
    different: int
    pictures_encoded: float
    pictures_encoded_in_a_row: float
    prompt_tokens_read: float
    prompt_tokens_read_in_a_row: float


@dataclass(frozen=True)
class Half:
    """Guarded requests a minute, and milliseconds of CPU for each."""

    a_minute: float
    cpu: float


@dataclass(frozen=True)
class Round:
    """Both halves."""

    guarded: Half
    in_a_row: Half
    calls: int
    different: int


async def compare(
    *, requests: int, clients: int, rounds: int, layers: int = 0, side: int = 336, seed: int = 0
) -> Compared:
    """Alternate rounds of both, after a warm-up. No two rounds show the same pictures."""
    with tempfile.TemporaryDirectory() as folder:
        embedded = checkpoint_of(LocalConfig(kind="local", path=EMBEDDED))
        checkpoint = str(save_deeper(embedded, Path(folder), layers)) if layers else embedded
        model, plain = Kept(LocalModel("pocket", checkpoint=checkpoint)), OneByOne(checkpoint)
        await model.start()
    try:
        await _round(model, plain, conversations_of(2, side, f"{seed} warm"), clients)
        found = [
            await _round(model, plain, conversations_of(requests, side, f"{seed} {number}"), clients)
            for number in range(rounds)
        ]
        engine, one_by_one = await _work(model, plain, conversations_of(requests, side, f"{seed} watched"), clients)
    finally:
        await model.close()
    return Compared(
        local_vs_generate=round(median(each.guarded.a_minute / each.in_a_row.a_minute for each in found), 2),
        cpu_ratio=round(median(each.in_a_row.cpu / each.guarded.cpu for each in found), 2),
        guarded_a_minute=round(median(each.guarded.a_minute for each in found), 1),
        four_in_a_row_a_minute=round(median(each.in_a_row.a_minute for each in found), 1),
        requests=requests,
        clients=clients,
        layers=layers,
        side=side,
        calls=median(each.calls for each in found) / requests,
        different=sum(each.different for each in found),
        pictures_encoded=round(engine.pictures / requests, 2),
        pictures_encoded_in_a_row=round(one_by_one.pictures / requests, 2),
        prompt_tokens_read=round(engine.tokens / requests, 1),
        prompt_tokens_read_in_a_row=round(one_by_one.tokens / requests, 1),
    )


def conversations_of(count: int, side: int, seed: int | str) -> list[Conversation]:
    """Questions, each about a picture of its own."""
    dice = random.Random(seed)
    return [
        Conversation((user_message(f"{dice.choice(QUESTIONS)} ({number})", draw_picture(dice, side)),))
        for number in range(count)
    ]


async def _round(model: Kept, plain: OneByOne, conversations: Sequence[Conversation], clients: int) -> Round:
    model.asked.clear()
    watch = Watch.started()
    await _guarded(model, conversations, clients)
    guarded = Half(*watch.rates(len(conversations)))
    watch = Watch.started()
    replies = [plain.reply(request) for request, _, _ in model.asked]
    in_a_row = Half(*watch.rates(len(conversations)))
    same = [
        (reply.text, reply.tokens) == (text, tokens)
        for reply, (_, text, tokens) in zip(replies, model.asked, strict=True)
    ]
    return Round(guarded, in_a_row, len(same), same.count(False))


async def _work(model: Kept, plain: OneByOne, conversations: Sequence[Conversation], clients: int) -> tuple[Work, Work]:
    """What the model reads for the guarded requests, and for the same calls in a row."""
    model.asked.clear()
    with watched() as guarded:
        await _guarded(model, conversations, clients)
    with watched() as in_a_row:
        for request, _, _ in model.asked:
            plain.reply(request)
    return guarded, in_a_row


async def _guarded(model: Kept, conversations: Sequence[Conversation], clients: int) -> None:
    deployment = GuardedDeployment(
        "speed", Deployment.model_validate(SETTING), {"pocket": model}, PromptSet.load("compact")
    )
    waiting = iter(conversations)

    async def judge(conversation: Conversation) -> None:
        with suppress(NotJudged):  # a small model's reply may be unreadable; what it cost counts all the same
            await deployment.rule(conversation)

    async def client() -> None:
        for conversation in waiting:
            draft = deployment.draft_request(conversation, ANSWER)
            if draft is not None:
                await asyncio.gather(judge(conversation), model.complete(draft))

    await asyncio.gather(*(client() for _ in range(clients)))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.local_engine", description=__doc__)
    parser.add_argument("--requests", type=int, default=24)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--layers", type=int, default=0, help="more layers for the encoder and the language model each")
    parser.add_argument("--side", type=int, default=336, help="pixels of a picture's sides")
    parser.add_argument("--out", type=Path, help="also write the figures to this JSON file")
    given = parser.parse_args(arguments)
    found = asyncio.run(
        compare(
            requests=given.requests,
            clients=given.clients,
            rounds=given.rounds,
            layers=given.layers,
            side=given.side,
        )
    )
    told = json.dumps(asdict(found), indent=2) + "\n"
    sys.stdout.write(told)
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
