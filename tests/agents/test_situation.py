"""The situation agent: what it is shown, and what it reports."""

from __future__ import annotations

from agents.agent import Brief
from agents.findings import Category, IntentFinding, SceneFinding, SituationFinding, Verdict
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.situation import Reasoning, SituationAgent
from tests.scripts import INTENT, SAFE, SCENE, UNSAFE, golf, picture

COMPACT = PromptSet.load("compact")
DEFAULT = PromptSet.load("default")
INTENT_FINDING = IntentFinding.model_validate(INTENT)
SCENE_FINDING = SceneFinding.model_validate(SCENE)
UNSAFE_FINDING = SituationFinding.model_validate(UNSAFE)
REASONINGS: tuple[Reasoning, ...] = ("before", "after")


async def test_the_situation_agent_is_told_everything() -> None:
    model = ScriptedModel([UNSAFE])
    conversation = golf(picture())
    brief = Brief(conversation, policy="Children use this.")
    report = await SituationAgent(model, DEFAULT).assess(brief, INTENT_FINDING, SCENE_FINDING)
    shown = model.requests[0].messages[0].text
    for words in ("practise a golf swing", "china shop", "glass vase", "Children use this.", "How do I practise"):
        assert words in shown
    assert report.seen == {part.digest for part in conversation.parts}
    assert report.finding.category is Category.PROPERTY_DAMAGE


async def test_with_the_reason_after_the_verdict_the_question_is_the_same() -> None:
    model, brief = ScriptedModel([UNSAFE, UNSAFE]), Brief(golf(picture()), nonce="c0ffee00")
    reports = [
        await SituationAgent(model, COMPACT, reasoning).assess(brief, INTENT_FINDING, SCENE_FINDING)
        for reasoning in REASONINGS
    ]
    before, after = model.requests
    assert before.messages == after.messages
    assert before.options["response_format"] == after.options["response_format"]
    assert reports[0].finding == reports[1].finding == UNSAFE_FINDING


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
