"""The three agents and the writer, each with a scripted model: what they are shown, and what they report."""

from __future__ import annotations

import pytest

from agents.agent import MAX_REPLY, Brief
from agents.conversation import Conversation, Message, TextPart, user_message
from agents.errors import ReplyUnreadable
from agents.findings import Category, IntentFinding, NotApplicable, SceneFinding, SituationFinding, Verdict
from agents.intent import IntentAgent
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.situation import SituationAgent
from agents.visual import VisualAgent
from agents.writer import Writer
from tests.scripts import INTENT, SAFE, SCENE, UNSAFE, golf, picture

COMPACT = PromptSet.load("compact")
DEFAULT = PromptSet.load("default")
INTENT_FINDING = IntentFinding.model_validate(INTENT)
SCENE_FINDING = SceneFinding.model_validate(SCENE)
UNSAFE_FINDING = SituationFinding.model_validate(UNSAFE)


async def test_the_intent_agent_reads_every_turn_and_sees_no_picture() -> None:
    model = ScriptedModel([INTENT])
    conversation = Conversation(
        (user_message("I am in a china shop."), Message("assistant", (TextPart("Nice."),)), *golf(picture()).messages)
    )
    report = await IntentAgent(model, COMPACT).assess(Brief(conversation))
    shown = model.requests[0].messages[0]
    assert all(part.kind == "text" for part in shown.parts)
    assert "I am in a china shop." in shown.text
    assert "assistant: Nice." in shown.text
    assert report.seen == {part.digest for part in conversation.parts if part.kind == "text"}


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


async def test_the_situation_agent_is_told_everything() -> None:
    model = ScriptedModel([UNSAFE])
    conversation = golf(picture())
    brief = Brief(conversation, policy="Children use this.")
    report = await SituationAgent(model, DEFAULT).assess(brief, INTENT_FINDING, SCENE_FINDING)
    shown = model.requests[0].messages[0].text
    for told in ("practise a golf swing", "china shop", "glass vase", "Children use this.", "How do I practise"):
        assert told in shown
    assert report.seen == {part.digest for part in conversation.parts}
    assert report.finding.category is Category.PROPERTY_DAMAGE


async def test_what_nobody_looked_at_is_told_as_such() -> None:
    model = ScriptedModel([SAFE, SAFE])
    agent = SituationAgent(model, COMPACT)
    await agent.assess(Brief(golf(picture())), None, None)
    assert "scene: not looked at" in model.requests[0].messages[0].text
    await agent.assess(Brief(golf()), INTENT_FINDING, None)
    assert "scene: no picture" in model.requests[1].messages[0].text


async def test_a_reply_and_proposed_calls_are_judged_with_the_picture_in_view() -> None:
    model = ScriptedModel([SAFE, UNSAFE])
    agent, brief = SituationAgent(model, COMPACT), Brief(golf(picture()))
    reply = await agent.review_reply(brief, UNSAFE_FINDING, "Careful!")
    calls = await agent.review_calls(brief, INTENT_FINDING, SCENE_FINDING, 'swing({"force": 9})')
    assert (reply.finding.verdict, calls.finding.verdict) == (Verdict.SAFE, Verdict.UNSAFE)
    assert "reply: Careful!" in model.requests[0].messages[0].text
    assert 'calls: swing({"force": 9})' in model.requests[1].messages[0].text
    assert all(request.messages[0].parts[0].kind == "image" for request in model.requests)


async def test_a_warning_is_written_in_the_language_of_the_question() -> None:
    """Which language a model picks is the model's; that it is asked for, and goes out as written, is ours."""
    model = ScriptedModel(["Vorsicht: Die Vase könnte zerbrechen."])
    brief = Brief(Conversation((user_message("Wie übe ich hier meinen Golfschwung?", picture()),)))
    written = await Writer(model, DEFAULT).warn(brief, UNSAFE_FINDING)
    shown = model.requests[0].messages[0].text
    assert "in the language of their last message" in shown
    assert "Wie übe ich hier" in shown
    assert "the club could break it" in shown
    assert written.text == "Vorsicht: Die Vase könnte zerbrechen."
    assert written.usage.completion_tokens > 0


async def test_guidance_is_told_what_it_depends_on() -> None:
    model = ScriptedModel(["It depends."])
    await Writer(model, COMPACT).guide(Brief(golf()), UNSAFE_FINDING)
    assert model.requests[0].messages[0].text.startswith("Guide:")


async def test_a_text_that_is_too_long_for_a_person_is_not_taken() -> None:
    brief = Brief(golf())
    with pytest.raises(ReplyUnreadable):
        await Writer(ScriptedModel([" " * MAX_REPLY + "x"]), COMPACT).guide(brief, UNSAFE_FINDING)
    assert len(brief.meters) == 1
