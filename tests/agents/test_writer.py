"""The writer: what it is shown, and what it writes."""

from __future__ import annotations

import pytest

from agents.agent import Brief
from agents.conversation import Conversation, user_message
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding
from agents.models.scripted import ScriptedModel
from agents.prompts import PromptSet
from agents.reply_reader import MAX_REPLY
from agents.writer import Writer
from tests.scripts import UNSAFE, golf, picture

COMPACT = PromptSet.load("compact")
DEFAULT = PromptSet.load("default")
UNSAFE_FINDING = SituationFinding.model_validate(UNSAFE)


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
