"""What the models of the published methods reply, and what they were asked."""

from __future__ import annotations

from agents.models.scripted import ScriptedModel
from guard.verdict import Ruling

CHAT_INTENT = {"reasoning": "golf is swung", "activity": "swing a golf club"}
CHAT_SAFE = {"reasoning": "an open lawn", "answer": "Yes"}
CHAT_UNSAFE = {"reasoning": "glass all around", "answer": "No"}
POINT = {"state": "whether the stove is on"}
PLAN = {"reasoning": "it is off", "unsafe_hint": "No", "response": "1. go to the stove"}
HINT = {"reasoning": "it is on", "unsafe_hint": "Yes", "response": "The stove is on: I will not."}


def text_of(ruling: Ruling) -> str | None:
    return None if ruling.written is None else ruling.written.text


def texts(model: ScriptedModel) -> list[str]:
    return [request.messages[-1].text for request in model.requests]
