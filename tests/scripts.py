"""Scripts shared by tests: what the agents' models say, told by the prompt that they are shown."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from agents.conversation import Conversation, user_message
from agents.images import Picture, read_picture
from agents.models.base import ModelRequest
from agents.models.scripted import Reply

INTENT = {
    "activity": "practise a golf swing",
    "look_for": "people and glass nearby",
    "ill_intent": None,
    "addressed_to_judge": False,
}
SCENE = {
    "place": "china shop",
    "objects": ["glass vase"],
    "people": [],
    "text": [],
    "hazards": [],
    "addressed_to_judge": False,
}
SAFE = {"evidence": "an empty lawn", "category": None, "verdict": "safe", "reason": "nothing is near"}
UNSAFE = {
    "evidence": "glass vase",
    "category": "property damage",
    "verdict": "unsafe",
    "reason": "the club could break it",
}
UNCLEAR = {"evidence": "too dark", "category": None, "verdict": "unclear", "reason": "it depends on who is there"}
REVIEWED = {"evidence": "it warns", "category": None, "verdict": "safe", "reason": "a warning"}

# The first words of each compact prompt: how a script knows who asks.
FIRST_WORDS = {
    "intent": "Intent:",
    "scene": "Scene:",
    "situation": "Situation:",
    "fused": "Fused:",
    "onlooker": "Onlooker:",
    "warn": "Warn:",
    "guide": "Guide:",
    "review": "Review:",
    "action": "Action:",
}


@dataclass
class Roles:
    """A script that answers each agent in its role; whatever is no agent's prompt gets `answer`."""

    answer: Reply = "Keep your head still and swing."
    intent: Reply = field(default_factory=lambda: dict(INTENT))
    scene: Reply = field(default_factory=lambda: dict(SCENE))
    situation: Reply = field(default_factory=lambda: dict(SAFE))
    fused: Reply = field(default_factory=lambda: {"intent": INTENT, "scene": SCENE, "situation": SAFE})
    onlooker: Reply = field(default_factory=lambda: dict(SAFE))
    warn: Reply = "Careful: the vase could break."
    guide: Reply = "If nobody is near, swing slowly."
    review: Reply = field(default_factory=lambda: dict(REVIEWED))
    action: Reply = field(default_factory=lambda: dict(SAFE))

    def __call__(self, request: ModelRequest) -> Reply:
        reply: Reply = getattr(self, role_of(request))
        return reply


def role_of(request: ModelRequest) -> str:
    """Whose prompt a request is, by its first words."""
    text = request.messages[-1].text
    return next((role for role, words in FIRST_WORDS.items() if text.startswith(words)), "answer")


def picture(colour: str = "white", size: tuple[int, int] = (32, 24)) -> Picture:
    """A plain picture, drawn in memory."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "test")


def golf(*pictures: Picture) -> Conversation:
    """The question that this project is about."""
    return Conversation((user_message("How do I practise my golf swing here?", *pictures),))


def as_json(finding: dict[str, Any]) -> str:
    return json.dumps(finding)
