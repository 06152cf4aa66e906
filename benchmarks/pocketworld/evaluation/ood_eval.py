"""Does the model answer that it does not know, when a picture is out of domain?

By vision alone, the visual agent is asked. Through a proxy, the question is one of Pocket World's, so that only the
picture can leave the verdict open.
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
from benchmarks.pocketworld.evaluation.guard_client import GuardVerdict, ask_guard
from benchmarks.pocketworld.evaluation.photographs import PictureSet
from benchmarks.pocketworld.evaluation.scoring import brief_of
from benchmarks.pocketworld.sampling.quads import query
from benchmarks.pocketworld.training.labels import UNKNOWN
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.splits import Split


async def vision_figures(model: ChatModel, sets: Sequence[PictureSet]) -> list[Figure]:
    """The share of each set that the visual agent calls unknown."""
    agent = VisualAgent(model, PromptSet.load("compact"))

    async def assess(picture: Picture) -> Finding | None:
        shown = read_picture(picture.read(), "photograph")
        try:
            return (await agent.assess(brief_of("What now?", shown))).finding
        except ReplyUnreadable:
            return None

    figures = []
    for each in sets:
        findings = await asyncio.gather(*(assess(picture) for _, picture in each.pictures))
        tally = Tally(f"{each.name}: unknown to the eye")
        for (name, _), finding in zip(each.pictures, findings, strict=True):
            tally.mark(isinstance(finding, SceneFinding) and finding.place == UNKNOWN, f"{name}: {finding}")
        figures.append(tally.figure())
    return figures


async def proxy_figures(address: Address, sets: Sequence[PictureSet], seed: int) -> list[Figure]:
    """The share of each set with the verdict `unclear`, or with the place "unknown"."""
    figures = []
    for each in sets:
        rng = Random(seed)
        split = Split.HELD_OUT_RENDERINGS
        questions = [query(rng.choice(list(ACTIVITIES)), rng, split) for _ in each.pictures]
        conversations = [ask(text, picture) for text, (_, picture) in zip(questions, each.pictures, strict=True)]
        verdicts = await ask_guard(address, conversations)
        tally = Tally(f"{each.name}: unclear or unknown through the proxy")
        for (name, _), text, guard in zip(each.pictures, questions, verdicts, strict=True):
            error = f"{name}, {text!r}: {guard.verdict or 'error'}, place {guard.place!r}"
            tally.mark(admits_unknown(guard), error)
        figures.append(tally.figure())
    return figures


def admits_unknown(guard: GuardVerdict) -> bool:
    """Whether the guard does not claim to know what the picture shows."""
    return guard.verdict == Verdict.UNCLEAR or guard.place == UNKNOWN
