"""What an agent reads is the whole conversation, with nothing hidden in it."""

from __future__ import annotations

from agents.conversation import Conversation, ImagePart, Message, TextPart, ToolCall, user_message
from agents.transcript import reveal, transcribe
from tests.scripts import picture


def talk() -> Conversation:
    return Conversation(
        (
            Message("system", (TextPart("Be brief."),)),
            Message("user", (ImagePart(picture("red")), TextPart("Is this safe?")), name="Ann"),
            Message("assistant", tool_calls=(ToolCall("1", "toggle", '{"object": "stove"}'),)),
            Message("tool", (TextPart("the stove is on"), ImagePart(picture("blue"))), tool_call_id="1"),
            user_message("And now?"),
        ),
        annexes=(TextPart("toggle: switches a thing on or off"),),
    )


def test_every_turn_has_its_line_and_every_picture_its_number() -> None:
    assert transcribe(talk()).text.splitlines() == [
        "attached: toggle: switches a thing on or off",
        "system: Be brief.",
        "user (Ann): [picture 1] Is this safe?",
        "assistant: ",
        'assistant calls: toggle({"object": "stove"})',
        "tool: the stove is on [picture 2]",
        "user: And now?",
    ]


def test_every_text_part_counts_as_seen_and_no_picture_does() -> None:
    conversation = talk()
    texts = {part.digest for part in conversation.parts if part.kind == "text"}
    assert transcribe(conversation).seen == texts
    assert len(texts) == 7


def test_what_nobody_sees_is_written_out() -> None:
    assert reveal("sa\u200bfe") == "sa<U+200B>fe"
    assert reveal("ok\U000e0041\U000e0042") == "ok<U+E0041><U+E0042>"
    assert reveal("a\u202eb") == "a<U+202E>b"
    assert reveal("bell\x07") == "bell<U+0007>"


def test_what_scripts_need_to_be_written_stays() -> None:
    for text in ("plain\ttext\nhere", "क्\u200dष", "👩\u200d🍳", "naïve 中文 العربية"):
        assert reveal(text) == text
