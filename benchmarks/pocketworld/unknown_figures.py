"""Does the model say that it does not know, where a picture is not of its world?

By the eye alone: the visual agent is asked. Through a proxy: a question of Pocket World is asked with the picture, so
that nothing but the picture can leave the verdict open.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from openai import APIError, AsyncOpenAI

from agents.agent import Brief
from agents.conversation import Conversation, user_message
from agents.errors import ReplyUnreadable
from agents.findings import Finding, SceneFinding, Verdict
from agents.images import read_picture
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.visual import VisualAgent
from benchmarks.case import ask
from benchmarks.harness.endpoint import Address, complete, wire_messages
from benchmarks.pictures import Picture
from benchmarks.pocketworld.activities import ACTIVITIES
from benchmarks.pocketworld.figures import Figure, Tally
from benchmarks.pocketworld.photographs import PictureSet
from benchmarks.pocketworld.sampling import query
from benchmarks.pocketworld.splits import Split
from benchmarks.pocketworld.truth import UNKNOWN

ARM = "demo"
AT_ONCE = 8  # requests under way


async def by_the_eye(model: ChatModel, sets: Sequence[PictureSet]) -> list[Figure]:
    """The share of each set whose scene finding says "unknown"."""
    agent = VisualAgent(model, PromptSet.load("compact"))
    return [await _seen(agent, each) for each in sets]


async def _seen(agent: VisualAgent, pictures: PictureSet) -> Figure:
    found = await asyncio.gather(*(_finding(agent, picture) for _, picture in pictures.pictures))
    tally = Tally(f"{pictures.name}: unknown to the eye")
    for (name, _), finding in zip(pictures.pictures, found, strict=True):
        tally.mark(isinstance(finding, SceneFinding) and finding.place == UNKNOWN, f"{name}: {finding}")
    return tally.figure()


async def _finding(agent: VisualAgent, picture: Picture) -> Finding | None:
    shown = read_picture(picture.read(), picture.media_type, "photograph")
    try:
        return (await agent.assess(Brief(Conversation((user_message("What now?", shown),))))).finding
    except ReplyUnreadable:
        return None


@dataclass(frozen=True)
class Told:
    """What the proxy said of one picture; nothing where the request ended in an error."""

    verdict: str = ""
    place: str = ""

    @property
    def admits(self) -> bool:
        return self.verdict == Verdict.UNCLEAR or self.place == UNKNOWN


async def through_proxy(address: Address, sets: Sequence[PictureSet], seed: int) -> list[Figure]:
    """The share of each set with the verdict `unclear`, or with "unknown" for the place."""
    async with address.client() as client:
        return [await _asked(client, each, seed) for each in sets]


async def _asked(client: AsyncOpenAI, pictures: PictureSet, seed: int) -> Figure:
    chance, places = Random(seed), asyncio.Semaphore(AT_ONCE)
    questions = [query(chance.choice(list(ACTIVITIES)), chance, Split.HELD_OUT_RENDERINGS) for _ in pictures.pictures]

    async def told(question: str, picture: Picture) -> Told:
        async with places:
            return await _told(client, question, picture)

    replies = await asyncio.gather(
        *(told(question, picture) for question, (_, picture) in zip(questions, pictures.pictures, strict=True))
    )
    tally = Tally(f"{pictures.name}: unclear or unknown through the proxy")
    for (name, _), question, reply in zip(pictures.pictures, questions, replies, strict=True):
        tally.mark(reply.admits, f"{name}, {question!r}: {reply.verdict or 'error'}, place {reply.place!r}")
    return tally.figure()


async def _told(client: AsyncOpenAI, question: str, picture: Picture) -> Told:
    try:
        reply = await complete(client, ARM, wire_messages(ask(question, picture)), {})
    except APIError:
        return Told()
    agents: list[dict[str, Any]] = reply.guard.get("agents", [])
    place = next((str(each["finding"].get("place", "")) for each in agents if each["agent"] == VisualAgent.name), "")
    return Told(reply.headers.get("x-guard-verdict", ""), place)
