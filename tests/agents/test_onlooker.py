"""The onlooker: what it is shown, and that no word of the client's is."""

from __future__ import annotations

from agents.agent import Brief
from agents.conversation import Conversation, ImagePart, Message, TextPart, ToolCall
from agents.findings import IntentFinding, SceneFinding, Verdict
from agents.models.scripted import ScriptedModel
from agents.onlooker import OnlookerAgent
from agents.prompts import PromptSet
from tests.scripts import INTENT, SCENE, UNSAFE, golf, picture

INTENT_FINDING = IntentFinding.model_validate(INTENT)
SCENE_FINDING = SceneFinding.model_validate(SCENE)


async def test_it_sees_the_pictures_the_findings_and_the_deployments_policy() -> None:
    for prompts in ("compact", "default"):
        model, red = ScriptedModel([UNSAFE]), picture("red")
        brief = Brief(golf(red), policy="Children use this.")
        report = await OnlookerAgent(model, PromptSet.load(prompts)).assess(brief, INTENT_FINDING, SCENE_FINDING)
        message = model.requests[0].messages[0]
        for words in ("practise a golf swing", "people and glass nearby", "china shop", "Children use this."):
            assert words in message.text
        assert [part.kind for part in message.parts] == ["image", "text"]
        assert report.seen == {red.digest}
        assert report.finding.verdict is Verdict.UNSAFE


async def test_no_text_of_any_part_of_the_conversation_reaches_it() -> None:
    said = [f"canary-{number}" for number in range(7)]
    conversation = Conversation(
        (
            Message("system", (TextPart(said[0]),)),
            Message("user", (TextPart(said[1]), ImagePart(picture())), name=said[2]),
            Message("assistant", tool_calls=(ToolCall("1", said[3], said[4]),)),
            Message("tool", (TextPart(said[5]),), tool_call_id="1"),
        ),
        annexes=(TextPart(said[6]),),
    )
    for prompts in ("compact", "default"):
        model = ScriptedModel([UNSAFE])
        await OnlookerAgent(model, PromptSet.load(prompts)).assess(Brief(conversation), INTENT_FINDING, None)
        assert not [word for word in said if word in model.requests[0].messages[0].text]


async def test_what_nobody_looked_at_is_told_as_such() -> None:
    model = ScriptedModel([UNSAFE, UNSAFE])
    agent = OnlookerAgent(model, PromptSet.load("compact"))
    await agent.assess(Brief(golf(picture())), INTENT_FINDING, None)
    await agent.assess(Brief(golf()), INTENT_FINDING, None)
    shown = [request.messages[0].text for request in model.requests]
    assert "scene: not looked at" in shown[0]
    assert "scene: no picture" in shown[1]
