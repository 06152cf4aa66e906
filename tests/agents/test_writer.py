"""The writer: what it is shown, and what it writes."""

from __future__ import annotations

import pytest

from agents.agent import MORE_TOKENS, Brief
from agents.conversation import Conversation, user_message
from agents.errors import ReplyUnreadable
from agents.findings import SituationFinding
from agents.models.base import Completion, Usage
from agents.models.openai_format import Envelope
from agents.models.scripted import Reply, ScriptedModel
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


def out_of_tokens(text: str = "") -> Completion:
    body = Envelope("m", "chatcmpl-1", 7).completion(text, Usage(3, 400))
    body["choices"][0]["finish_reason"] = "length"
    return Completion(body)


async def test_a_model_that_thought_its_tokens_away_is_asked_once_more_with_more_of_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    model, brief = ScriptedModel([out_of_tokens(), "Careful: the vase."]), Brief(golf())
    written = await Writer(model, COMPACT).warn(brief, UNSAFE_FINDING)
    first, second = model.requests
    assert second.options["max_tokens"] == MORE_TOKENS * first.options["max_tokens"]
    assert written.text == "Careful: the vase."
    assert written.usage.completion_tokens == 403
    assert len(brief.meters) == 2
    assert "warn: model scripted wrote nothing, its 400 tokens ran out" in caplog.text


@pytest.mark.parametrize("replies", [[out_of_tokens(), out_of_tokens()], [out_of_tokens("Careful: the")], [""]])
async def test_it_is_asked_no_more_than_that_and_not_where_words_came(replies: list[Reply]) -> None:
    model = ScriptedModel([*replies, "more"])
    written = await Writer(model, COMPACT).warn(Brief(golf()), UNSAFE_FINDING)
    assert len(model.requests) == len(replies)
    assert written.text in ("", "Careful: the")
