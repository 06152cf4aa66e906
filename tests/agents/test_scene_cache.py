"""What was seen is kept by picture, for one agent; what failed, and what depends on words, is not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agents.agent import Brief
from agents.conversation import Conversation, ImagePart
from agents.errors import ModelFailed
from agents.findings import IntentFinding, NotApplicable
from agents.models.base import Usage
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.scene_cache import CachedVisualAgent, SceneCache
from agents.visual import VisualAgent
from tests.scripts import INTENT, SCENE, golf, picture

COMPACT = PromptSet.load("compact")
BROKEN = ModelFailed("scripted", "internal")


def agent(model: ScriptedModel, cache: SceneCache | None = None) -> CachedVisualAgent:
    return CachedVisualAgent(VisualAgent(model, COMPACT), cache or SceneCache())


def shown(colour: str = "white") -> Brief:
    return Brief(golf(picture(colour)))


async def test_a_second_question_about_a_picture_makes_no_call_and_says_so() -> None:
    model = ScriptedModel([SCENE])
    visual = agent(model)
    first = await visual.assess(shown())
    second = await visual.assess(shown())
    assert (first.cached, second.cached) == (False, True)
    assert (second.finding, second.seen) == (first.finding, first.seen)
    assert (second.usage, second.asks) == (Usage(), 0)
    assert len(model.requests) == 1


async def test_another_picture_or_detail_is_looked_at() -> None:
    model = ScriptedModel(lambda _: SCENE)
    visual = agent(model)
    await visual.assess(shown())
    await visual.assess(shown("black"))
    (message,) = shown().conversation.messages
    finer = tuple(replace(part, detail="high") if isinstance(part, ImagePart) else part for part in message.parts)
    await visual.assess(Brief(Conversation((replace(message, parts=finer),))))
    assert len(model.requests) == 3


async def test_questions_at_once_are_one_call_and_a_client_that_leaves_ends_no_other_wait() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([SCENE], gate=gate)
    visual = agent(model)
    asking = [asyncio.create_task(visual.assess(shown())) for _ in range(3)]
    await asyncio.sleep(0)
    asking[1].cancel()
    gate.set()
    first, _, third = await asyncio.gather(*asking, return_exceptions=True)
    assert (first.cached, third.cached) == (False, True)  # type: ignore[union-attr]
    assert len(model.requests) == 1


async def test_a_failure_is_not_kept_and_whoever_waited_asks_for_itself() -> None:
    gate = asyncio.Event()
    model = ScriptedModel([BROKEN, SCENE, SCENE], gate=gate)
    visual = agent(model)
    asking = [asyncio.create_task(visual.assess(shown())) for _ in range(2)]
    await asyncio.sleep(0)
    gate.set()
    failed, found = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(failed, ModelFailed)
    assert not found.cached  # type: ignore[union-attr]
    assert not (await visual.assess(shown())).cached


async def test_one_that_was_given_up_leaves_nothing_behind() -> None:
    model = ScriptedModel([SCENE, SCENE], delay=0.01)
    visual = agent(model)
    asking = asyncio.create_task(visual.assess(shown()))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not (await visual.assess(shown())).cached


async def test_it_is_bounded_in_number_and_age() -> None:
    now = 0.0
    model = ScriptedModel(lambda _: SCENE)
    visual = agent(model, SceneCache(most=2, seconds=60, clock=lambda: now))
    for colour in ("white", "black", "red"):
        await visual.assess(shown(colour))
    assert (await visual.assess(shown("black"))).cached
    assert not (await visual.assess(shown("white"))).cached
    now = 60.0
    assert not (await visual.assess(shown("white"))).cached


async def test_a_look_at_what_is_asked_about_and_one_at_nothing_are_not_kept() -> None:
    model = ScriptedModel(lambda _: SCENE)
    visual = agent(model)
    for _ in range(2):
        assert not (await visual.assess(shown(), IntentFinding.model_validate(INTENT))).cached
        assert (await visual.assess(Brief(golf()))).finding == NotApplicable()
    assert len(model.requests) == 2
