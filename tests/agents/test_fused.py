"""One call in place of three: what it is shown, and the findings that it is taken apart into."""

from __future__ import annotations

import pytest

from agents.agent import Brief
from agents.errors import ReplyUnreadable
from agents.findings import (
    FusedFinding,
    FusedTextFinding,
    IntentFinding,
    NotApplicable,
    SceneFinding,
    SituationFinding,
)
from agents.fused import FusedAgent, apart
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.schema import reply_schema
from tests.scripts import INTENT, SCENE, UNSAFE, golf, picture

COMPACT = PromptSet.load("compact")
FUSED = {"intent": INTENT, "scene": SCENE, "situation": UNSAFE}


async def test_the_findings_are_those_of_three_agents_and_the_call_is_counted_once() -> None:
    conversation = golf(picture())
    fused = await FusedAgent(ScriptedModel([FUSED]), COMPACT).assess(Brief(conversation))
    intent, scene, situation = apart(Brief(conversation), fused)
    assert intent.finding == IntentFinding.model_validate(INTENT)
    assert scene.finding == SceneFinding.model_validate(SCENE)
    assert situation.finding == SituationFinding.model_validate(UNSAFE)
    assert [each.agent for each in (intent, scene, situation)] == ["intent", "visual", "situation"]
    assert (intent.usage + scene.usage + situation.usage, situation.asks) == (fused.usage, 1)
    pictures = frozenset(each.digest for each in conversation.pictures)
    assert (scene.seen, situation.seen) == (pictures, frozenset(part.digest for part in conversation.parts))
    assert intent.seen == situation.seen - pictures


async def test_without_a_picture_there_is_no_scene_and_with_one_there_must_be() -> None:
    without = {**FUSED, "scene": None}
    fused = await FusedAgent(ScriptedModel([without]), COMPACT).assess(Brief(golf()))
    assert apart(Brief(golf()), fused)[1].finding == NotApplicable()
    for conversation, reply in ((golf(), FUSED), (golf(picture()), without)):
        with pytest.raises(ReplyUnreadable):
            await FusedAgent(ScriptedModel([reply, reply]), COMPACT).assess(Brief(conversation))


def test_an_engine_is_to_write_every_field_of_every_finding() -> None:
    schema = reply_schema(FusedFinding)
    for name, finding in (("intent", IntentFinding), ("scene", SceneFinding), ("situation", SituationFinding)):
        assert schema["properties"][name] == reply_schema(finding)
    assert reply_schema(FusedTextFinding)["properties"]["scene"] == {"type": "null"}
