"""The intent agent: what it is shown, and what it reports."""

from __future__ import annotations

from agents.agent import Brief
from agents.conversation import Conversation, Message, TextPart, user_message
from agents.intent import IntentAgent
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from tests.scripts import INTENT, golf, picture

COMPACT = PromptSet.load("compact")


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
