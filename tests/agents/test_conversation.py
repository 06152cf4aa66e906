"""The canonical form: every part has a digest, and no part is left out."""

from __future__ import annotations

from agents.conversation import Conversation, ImagePart, Message, TextPart, ToolCall, user_message
from tests.scripts import picture


def test_names_calls_and_annexes_are_parts_like_any_other() -> None:
    message = Message("assistant", (TextPart("hello"),), name="Bo", tool_calls=(ToolCall("1", "go", "{}"),))
    parts = Conversation((message,), (TextPart("a schema"),)).parts
    assert [part.text for part in parts if isinstance(part, TextPart)] == ["hello", "Bo", "go({})", "a schema"]


def test_pictures_of_earlier_turns_are_kept_in_order() -> None:
    red, blue = picture("red"), picture("blue")
    conversation = Conversation((user_message("one", red), user_message("two", blue)))
    assert [part.picture for part in conversation.pictures] == [red, blue]


def test_equal_content_has_equal_digests_and_a_text_is_never_a_picture() -> None:
    assert TextPart("a").digest == TextPart("a").digest != TextPart("b").digest
    shown = ImagePart(picture())
    assert shown.digest == shown.picture.digest
    assert TextPart(shown.picture.data.decode("latin-1")).digest != shown.digest
