"""What an agent reads is the whole conversation, with nothing hidden in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.conversation import Conversation, ImagePart, Message, TextPart, ToolCall, user_message
from agents.errors import TextUnreadable
from agents.transcript import HIDDEN_CATEGORIES, MAX_ADDED, SLICE, reveal, transcribe
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


@given(st.lists(st.text(max_size=60) | st.just("x" * SLICE), max_size=5))
def test_slice_by_slice_it_reads_as_sign_by_sign(pieces: list[str]) -> None:
    def shown(sign: str) -> str:
        plain = sign in "\n\t\u200c\u200d" or unicodedata.category(sign) not in HIDDEN_CATEGORIES
        return sign if plain else f"<U+{ord(sign):04X}>"

    text = "\u200b".join(pieces)
    assert reveal(text) == "".join(map(shown, text))


@pytest.mark.parametrize("hidden", ["\u200b", "\x7f", "\r"])
def test_a_conversation_may_hide_so_much_and_no_more(hidden: str) -> None:
    longer = len(reveal(hidden)) - 1
    half = hidden * (MAX_ADDED // longer // 2)
    parts = (TextPart(half), TextPart(half), TextPart("x" * 1000))
    assert len(transcribe(Conversation((Message("user", parts),))).text) > MAX_ADDED
    for more in (parts, parts + parts[:1], (TextPart(half * 2 + hidden * 2),)):
        conversation = Conversation((Message("user", more, name=hidden * 2), Message("user", (TextPart(hidden * 9),))))
        with pytest.raises(TextUnreadable):
            transcribe(conversation)


def test_a_conversation_is_transcribed_once() -> None:
    conversation = talk()
    assert conversation.transcript is conversation.transcript
    assert conversation.transcript == transcribe(conversation)
