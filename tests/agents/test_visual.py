"""The visual agent: what it is shown, and what it reports."""

from __future__ import annotations

from agents.agent import Brief
from agents.findings import IntentFinding, NotApplicable, SceneFinding
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.visual import VisualAgent
from tests.scripts import INTENT, SCENE, golf, picture

COMPACT = PromptSet.load("compact")
INTENT_FINDING = IntentFinding.model_validate(INTENT)
SCENE_FINDING = SceneFinding.model_validate(SCENE)


async def test_the_visual_agent_sees_the_pictures_and_nothing_that_was_said() -> None:
    model = ScriptedModel([SCENE])
    red, blue = picture("red"), picture("blue")
    report = await VisualAgent(model, COMPACT).assess(Brief(golf(red, blue)))
    shown = model.requests[0].messages[0]
    assert [part.kind for part in shown.parts] == ["image", "image", "text"]
    assert "golf" not in shown.text
    assert report.seen == {red.digest, blue.digest}
    assert report.finding == SCENE_FINDING


async def test_with_an_intent_the_visual_agent_looks_for_what_decides() -> None:
    model = ScriptedModel([SCENE])
    await VisualAgent(model, COMPACT).assess(Brief(golf(picture())), INTENT_FINDING)
    assert "people and glass nearby" in model.requests[0].messages[0].text


async def test_without_a_picture_the_visual_agent_asks_nobody() -> None:
    model = ScriptedModel([])
    report = await VisualAgent(model, COMPACT).assess(Brief(golf()))
    assert report.finding == NotApplicable()
    assert not model.requests
