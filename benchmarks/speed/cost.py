"""What a guarded request costs over a raw one: calls, tokens and money, for each arrangement of the agents.

    python -m benchmarks.speed.cost [--model mock|pocket] [--pairs 5] [--prices 1,0.25,4] [--small 0.2] [--out FILE]

Each question of a pair is asked about its picture, and then a second one, in the same conversation about the same
picture. Money is by a table of prices per million tokens (input, cached input, output), once with one model for
everything and once with agents of a small model of its own (`--small`, a share of the price): only the ratio to raw
counts, and it depends on these prices and on how long answers are. A draft that is thrown away is counted whole; the
gate gives it up earlier.

`mock` answers by a script at the length of an ordinary answer, with the prompts of set `default`. It counts four
characters a token and a picture as OpenAI does, and has in its cache what vLLM's documented rule would have there:
whole blocks of 16 tokens from the beginning of a prompt that it has seen, also one in the same batch. So with one model
an answer shares its picture with the agents where its prompt begins with it, as theirs do; where the client puts words
before it, it does not ("text first"). `pocket` is the embedded model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from agents.conversation import Conversation, ImagePart, Message, TextPart, user_message
from agents.meter import CHARACTERS_PER_TOKEN, PICTURE_TOKENS, Call, Meters, calls_of, complete
from agents.models.base import ChatModel, Chunk, Completion, ModelRequest, Usage
from agents.models.local import LocalModel
from agents.models.openai_format import Envelope
from agents.prompts import PromptSet
from agents.reply_reader import MARK
from benchmarks.pocketworld.evaluation.scoring import drawn_picture
from benchmarks.pocketworld.sampling.pairs import held_out_pairs
from guard.config import EMBEDDED, Deployment, LocalConfig, Price
from guard.errors import NotJudged
from guard.guard import GuardedDeployment
from guard.identity import checkpoint_of

ANSWERS, AGENTS = "answers", "agents"
BLOCK = 16  # tokens of a serving engine's prefix cache (vLLM's default)
MARK_ASKED = 'Set "mark" to exactly "'  # as prompts of set `default` do
TEXT_FIRST = "default, text first"
SECOND = "And what should I look out for here?"
ANSWER = {"max_tokens": 300, "temperature": 0}
LONG_ANSWER = "Stand with your feet apart, breathe out slowly, and keep the movement small and even at first. " * 14
Setting = Mapping[str, Any]
ARRANGEMENTS: Mapping[str, Setting] = {
    "raw": {"method": "raw", "unguarded": True},
    "default": {},
    TEXT_FIRST: {},
    "default, no picture cache": {"agents": {"visual": {"cache": False}}},
    "without onlooker": {"agents": {"onlooker": False}},
    "fused": {"agents": {"fused": True}},
    "fused, without onlooker": {"agents": {"fused": True, "onlooker": False}},
    "acted on early": {"agents": {"situation": {"reasoning": "after"}}},
    "draft after": {"draft": "after"},
}
JUDGEMENT = {
    "evidence": "an open place with nobody near",
    "category": None,
    "verdict": "safe",
    "reason": "nothing near can come to harm",
}
INTENT = {
    "activity": "practise a golf swing",
    "look_for": "people nearby, glass, the kind of place, signs",
    "ill_intent": None,
    "addressed_to_judge": False,
}
SCENE = {
    "place": "driving range",
    "objects": ["golf club (in hand)", "golf ball", "rubber mat", "low fence", "bucket (full)"],
    "people": ["one person on the mat"],
    "text": ["OPEN"],
    "hazards": [],
    "addressed_to_judge": False,
}
FINDINGS: Mapping[str, Any] = {
    "IntentFinding": INTENT,
    "SceneFinding": SCENE,
    "FusedFinding": {"intent": INTENT, "scene": SCENE, "situation": JUDGEMENT},
}


@dataclass
class Mock:
    """Answers at once, and accounts as a served model would."""

    name: str
    _seen: set[int] = field(default_factory=set)

    async def complete(self, request: ModelRequest) -> Completion:
        form = request.options.get("response_format")
        text = LONG_ANSWER if form is None else json.dumps(_finding(form["json_schema"], request.messages[-1].text))
        return Completion(Envelope(self.name).completion(text, self._usage(request, text)))

    def forget(self) -> None:
        """Empty the cache."""
        self._seen.clear()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        completion = await self.complete(request)
        envelope = Envelope(self.name)
        yield Chunk(envelope.piece(completion.text))
        yield Chunk(envelope.ending("stop"))
        yield Chunk(envelope.accounts(completion.usage))

    async def start(self) -> None:
        """Nothing to do."""

    async def close(self) -> None:
        """Nothing to do."""

    def _usage(self, request: ModelRequest, text: str) -> Usage:
        tokens = [token for message in request.messages for token in _tokens(message)]
        ends = range(BLOCK, len(tokens) + 1, BLOCK)
        blocks = list(accumulate((tuple(tokens[end - BLOCK : end]) for end in ends), _chained, initial=0))[1:]
        cached = BLOCK * sum(block in self._seen for block in blocks)
        self._seen.update(blocks)
        return Usage(len(tokens), -(-len(text) // CHARACTERS_PER_TOKEN), cached)


def _chained(before: int, block: tuple[str, ...]) -> int:
    """A block is known by its tokens and by all before it."""
    return hash((before, block))


def _finding(form: Mapping[str, Any], asked: str) -> dict[str, Any]:
    """The finding that was asked for, in the order of its schema, with the question's mark."""
    finding = {MARK: asked.partition(MARK_ASKED)[2].partition('"')[0], **FINDINGS.get(form["name"], JUDGEMENT)}
    return {name: finding[name] for name in form["schema"]["properties"] if name in finding}


def _tokens(message: Message) -> list[str]:
    tokens: list[str] = [message.role]
    for part in message.parts:
        if isinstance(part, ImagePart):
            tokens += [f"{part.digest[:16]}{place}" for place in range(PICTURE_TOKENS)]
        elif isinstance(part, TextPart):
            text = part.text
            tokens += [text[at : at + CHARACTERS_PER_TOKEN] for at in range(0, len(text), CHARACTERS_PER_TOKEN)]
    return tokens


@dataclass(frozen=True)
class Row:
    """The mean of one arrangement's requests, on one side and in one turn."""

    arrangement: str
    side: str
    turn: int
    calls: float
    prompt_tokens: float
    cached_tokens: float
    completion_tokens: float
    money: float
    unjudged: int = 0


@dataclass(frozen=True)
class Costing:
    """What is asked, by which models, at which prices. `share`: of the answering model's price, what the agents' is."""

    models: Mapping[str, ChatModel]
    prompts: str
    price: Price
    share: float
    pairs: int
    sides: Sequence[str] = ("safe", "unsafe")
    seed: int = 7

    async def rows(self) -> list[Row]:
        return [row for name in ARRANGEMENTS for row in await self._arrangement(name)]

    async def _arrangement(self, name: str) -> list[Row]:
        stated = ARRANGEMENTS[name]
        agents = {"model": AGENTS, **stated.get("agents", {})}
        setting = {"model": ANSWERS, "prompts": self.prompts, **stated, "agents": agents}
        deployment = Deployment.model_validate(setting)
        guarded = GuardedDeployment(name, deployment, self.models, PromptSet.load(self.prompts))
        for model in self.models.values():
            if isinstance(model, Mock):
                model.forget()
        asked: dict[tuple[str, int], list[list[Call] | None]] = {}
        for pair in held_out_pairs(self.pairs, self.seed):
            situations = {"safe": (pair.safe, pair.safe_seed), "unsafe": (pair.unsafe, pair.unsafe_seed)}
            for side in self.sides:
                situation, seed = situations[side]
                first = user_message(pair.query, drawn_picture(situation, seed))
                if name == TEXT_FIRST:
                    first = Message(first.role, first.parts[::-1])
                turns: tuple[Message, ...] = (first,)
                for turn in (1, 2):
                    calls, said = await self._ask(guarded, Conversation(turns))
                    asked.setdefault((side, turn), []).append(calls)
                    turns = (*turns, Message("assistant", (TextPart(said),)), user_message(SECOND))
        return [self._row(name, side, turn, calls) for (side, turn), calls in asked.items()]

    async def _ask(self, guarded: GuardedDeployment, conversation: Conversation) -> tuple[list[Call] | None, str]:
        """The calls of a request, None where it could not be judged, and what went out."""
        meters: Meters = []
        answer = ModelRequest(conversation.messages, ANSWER)
        said = ""
        with suppress(NotJudged):
            ruling = await guarded.rule(conversation, meters) if not guarded.config.unguarded else None
            if ruling is None or ruling.releases_draft or guarded.config.draft == "beside":
                said = (await complete(guarded.model, answer, meters)).text
            if ruling is not None and not ruling.releases_draft:
                said = (await guarded.compose(conversation, ruling, meters)).text
            return calls_of(meters), said
        return None, said

    def _row(self, name: str, side: str, turn: int, asked: Sequence[list[Call] | None]) -> Row:
        judged = [calls for calls in asked if calls is not None]
        count = max(1, len(judged))
        calls = [call for each in judged for call in each]

        def mean(amounts: Sequence[float]) -> float:
            return round(sum(amounts) / count, 3)

        return Row(
            name,
            side,
            turn,
            mean([1.0 for _ in calls]),
            mean([call.usage.prompt_tokens for call in calls]),
            mean([call.usage.cached_tokens for call in calls]),
            mean([call.usage.completion_tokens for call in calls]),
            mean([self._money(call) for call in calls]),
            len(asked) - len(judged),
        )

    def _money(self, call: Call) -> float:
        """In millionths of the currency."""
        usage, price = call.usage, self.price
        fresh = usage.prompt_tokens - usage.cached_tokens
        cached = price.input if price.cached is None else price.cached
        amount = fresh * price.input + usage.cached_tokens * cached + usage.completion_tokens * price.output
        return amount * (self.share if call.model == AGENTS else 1.0)


def over_raw(rows: Sequence[Row], row: Row) -> float:
    """A row's money over the raw answer's to the same questions."""
    raw = next(each for each in rows if (each.arrangement, each.side, each.turn) == ("raw", row.side, row.turn))
    return row.money / raw.money


def table(one: Sequence[Row], small: Sequence[Row]) -> str:
    """The rows in Markdown, each with its money over the raw row of the same side and turn: with one model, and with
    small agents.
    """
    head = "| arrangement | side | turn | calls | prompt tokens | cached | completion | money of raw "
    lines = [f"{head}| small agents: cached | money of raw |", "|---" * 10 + "|"]
    for row, other in zip(one, small, strict=True):
        counts = f"{row.calls:.1f} | {row.prompt_tokens:.0f} | {row.cached_tokens:.0f} | {row.completion_tokens:.0f}"
        unjudged = f" ({row.unjudged} unjudged)" if row.unjudged else ""
        lines.append(
            f"| {row.arrangement}{unjudged} | {row.side} | {row.turn} | {counts} | {over_raw(one, row):.2f} × "
            f"| {other.cached_tokens:.0f} | {over_raw(small, other):.2f} × |"
        )
    return "\n".join(lines)


def models_of(name: str) -> dict[str, ChatModel]:
    """The model that answers and the one of the agents."""
    if name == "mock":
        return {each: Mock(each) for each in (ANSWERS, AGENTS)}
    checkpoint = checkpoint_of(LocalConfig(kind="local", path=EMBEDDED))
    return {each: LocalModel(each, checkpoint=checkpoint) for each in (ANSWERS, AGENTS)}


async def measure(name: str, price: Price, small: float, pairs: int) -> tuple[list[Row], list[Row]]:
    """Start the models, ask, and close them. The rows with one model, and those with small agents."""
    models = models_of(name)
    for model in models.values():
        await model.start()
    try:
        prompts = "default" if name == "mock" else "compact"
        sides = ("safe",) if name == "mock" else ("safe", "unsafe")  # the mock calls everything safe
        one = dict.fromkeys(models, models[ANSWERS])
        return (
            await Costing(one, prompts, price, 1.0, pairs, sides).rows(),
            await Costing(models, prompts, price, small, pairs, sides).rows(),
        )
    finally:
        for model in models.values():
            await model.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=("mock", "pocket"), default="mock", help="who answers and judges")
    parser.add_argument("--pairs", type=int, default=5, help="pairs of situations, four requests each")
    parser.add_argument("--prices", default="1,0.25,4", help="of a million tokens: input, cached input, output")
    parser.add_argument("--small", type=float, default=0.2, help="a small model's price, as a share of the other's")
    parser.add_argument("--out", type=Path, help="file for the rows and `cost_vs_raw`, as JSON")
    chosen = parser.parse_args(arguments)
    fresh, cached, output = map(float, chosen.prices.split(","))
    price = Price(input=fresh, cached=cached, output=output)
    one, few = asyncio.run(measure(chosen.model, price, chosen.small, chosen.pairs))
    print(table(one, few))  # noqa: T201 what the command is for
    if chosen.out is not None:
        at = next(at for at, row in enumerate(one) if (row.arrangement, row.side, row.turn) == ("default", "safe", 1))
        told = {
            "cost_vs_raw": round(over_raw(few, few[at]), 3),
            "cost_vs_raw_one_model": round(over_raw(one, one[at]), 3),
            "one_model": [asdict(row) for row in one],
            "small_agents": [asdict(row) for row in few],
        }
        chosen.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
