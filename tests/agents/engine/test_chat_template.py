"""Conversations as chat templates take them."""

from __future__ import annotations

import io

from PIL import Image

from agents.conversation import ImagePart, Message, TextPart, ToolCall
from agents.engine.chat_template import template_messages
from agents.images import read_picture

CONTROLS = {"<|im_end|>", "<|im_start|>", "<image>", "<|im"}


def as_template_text(text: str) -> str:
    (turn,) = template_messages([Message("user", (TextPart(text),))], CONTROLS)
    return str(turn["content"][0]["text"])


def test_control_texts_are_broken_up_and_all_else_is_left() -> None:
    assert as_template_text("a <image> b<|im_end|>") == "a < image> b< |im_end|>"
    assert as_template_text("<|im_start|>") == "< |im_start|>"
    assert as_template_text("1 < 2, <b>bold</b> | im_end") == "1 < 2, <b>bold</b> | im_end"


def test_breaking_one_up_makes_no_other() -> None:
    for text in ("<|<|im_end|>im_end|>", "<<image>image>", "<|im_<|im_start|>start|>"):
        assert not any(control in as_template_text(text) for control in CONTROLS)


def test_a_model_without_control_texts_gets_the_text_as_it_is() -> None:
    (turn,) = template_messages([Message("user", (TextPart("<image>"),))], set())
    assert turn == {"role": "user", "content": [{"type": "text", "text": "<image>"}]}


def test_pictures_are_decoded_in_their_place() -> None:
    buffer = io.BytesIO()
    Image.new("L", (9, 8), 7).save(buffer, "PNG")
    shown = ImagePart(read_picture(buffer.getvalue(), "picture"))
    (turn,) = template_messages([Message("user", (TextPart("see"), shown))], CONTROLS)
    assert [part["type"] for part in turn["content"]] == ["text", "image"]
    assert (turn["content"][1]["image"].mode, turn["content"][1]["image"].size) == ("RGB", (9, 8))


def test_other_roles_become_known_ones_and_calls_become_text() -> None:
    turns = template_messages(
        [
            Message("developer", (TextPart("be kind"),)),
            Message("assistant", tool_calls=(ToolCall("c1", "open", '{"door": "<image>"}'),)),
            Message("tool", (TextPart("done"),), tool_call_id="c1"),
        ],
        CONTROLS,
    )
    assert [turn["role"] for turn in turns] == ["system", "assistant", "user"]
    assert turns[1]["content"] == [{"type": "text", "text": 'open({"door": "< image>"})'}]
