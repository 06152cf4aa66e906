"""Does the model say that it does not know, where a picture is not of its world?

By the eye alone: the visual agent is asked. Through a proxy: a question of Pocket World is asked with the picture, so
that nothing but the picture can leave the verdict open.
"""

import asyncio
from collections.abc import Sequence
from random import Random

from agents.errors import ReplyUnreadable
from agents.findings import Finding, SceneFinding, Verdict
from agents.images import read_picture
from agents.models.base import ChatModel
from agents.prompts import PromptSet
from agents.visual import VisualAgent
from benchmarks.case import ask
from benchmarks.harness.endpoint import Address
from benchmarks.pictures import Picture
from benchmarks.pocketworld.evaluation.figures import Figure, Tally
from benchmarks.pocketworld.evaluation.guard_client import Word, inquire
from benchmarks.pocketworld.evaluation.photographs import PictureSet
from benchmarks.pocketworld.evaluation.scoring import brief_of
from benchmarks.pocketworld.sampling.quads import query
from benchmarks.pocketworld.training.labels import UNKNOWN
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.splits import Split


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
        return (await agent.assess(brief_of("What now?", shown))).finding
    except ReplyUnreadable:
        return None


async def through_proxy(address: Address, sets: Sequence[PictureSet], seed: int) -> list[Figure]:
    """The share of each set with the verdict `unclear`, or with "unknown" for the place."""
    return [await _asked(address, each, seed) for each in sets]


async def _asked(address: Address, pictures: PictureSet, seed: int) -> Figure:
    chance = Random(seed)
    questions = [query(chance.choice(list(ACTIVITIES)), chance, Split.HELD_OUT_RENDERINGS) for _ in pictures.pictures]
    asked = [ask(question, picture) for question, (_, picture) in zip(questions, pictures.pictures, strict=True)]
    tally = Tally(f"{pictures.name}: unclear or unknown through the proxy")
    for (name, _), question, word in zip(pictures.pictures, questions, await inquire(address, asked), strict=True):
        tally.mark(admits(word), f"{name}, {question!r}: {word.verdict or 'error'}, place {word.place!r}")
    return tally.figure()


def admits(word: Word) -> bool:
    """Whether the guard does not claim to know what the picture shows."""
    return word.verdict == Verdict.UNCLEAR or word.place == UNKNOWN
