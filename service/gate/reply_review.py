"""Late verdicts: on what a released reply proposes to do, and where a deployment asks for it, on all that it says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

from guard.verdict import Action, Ruling
from service.gate.exchange import D, Passage
from service.openai.replaced import Replacement
from service.openai.said import Said, all_calls, all_words


def judges_all(passage: Passage[D]) -> bool:
    """Whether nothing of the reply goes out before all of it was judged."""
    return passage.ungated is None and passage.visit.deployment.config.judge_reply == "all"


async def replacement(passage: Passage[D], ruling: Ruling, choices: Sequence[Said]) -> Replacement | None:
    """What stands in for the reply or its calls; None where they may go out. Raises `NotJudged` like any judgement."""
    rulings = await asyncio.gather(*_reviews(passage, ruling, choices))
    passage.hear_late(rulings)
    unsafe = next((late for late in rulings if late.judgement.action is not Action.RELEASE), None)
    if unsafe is None:
        return None
    composed = await passage.visit.deployment.compose(passage.visit.request.conversation, unsafe, passage.meters)
    passage.tally.replace(composed)
    return Replacement(composed.text, not judges_all(passage), passage.visit.request.structured)


def _reviews(passage: Passage[D], ruling: Ruling, choices: Sequence[Said]) -> list[Awaitable[Ruling]]:
    """The judgements that this reply needs."""
    if passage.ungated is not None:
        return []
    deployment, conversation = passage.visit.deployment, passage.visit.request.conversation
    calls, words = all_calls(choices), all_words(choices)
    reviews: list[Awaitable[Ruling]] = []
    if calls:
        reviews.append(deployment.review_calls(conversation, ruling, calls, passage.meters))
    if words and judges_all(passage):
        reviews.append(deployment.review_reply(conversation, ruling, words, passage.meters))
    return reviews
