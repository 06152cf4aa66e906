"""Messages become turns: every part that a model will read is kept, and what is not understood is refused."""

from __future__ import annotations

from typing import Any

import pytest

from agents.conversation import ImagePart, Message, TextPart, ToolCall
from agents.errors import PictureRejected
from service.openai.errors import INVALID_VALUE, MISSING_FIELD, UNKNOWN_FIELD, UNSUPPORTED, Fault, WireFault
from service.openai.messages import ECHOED, INERT, MAX_CALLS, MAX_NAME, MAX_PARTS, Bounds, read_messages
from service.openai.values import FieldRules
from tests.scripts import picture
from tests.service.openai.test_parameters import read

GREEN = picture("green")
RULES = FieldRules(pictures={"data:green": GREEN})
TURN = {"role": "user", "content": "How?"}
CALL = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
SEEN = {"type": "image_url", "image_url": {"url": "data:green"}}


def turns(*messages: Any, bounds: Bounds | None = None, rules: FieldRules = RULES) -> tuple[Message, ...]:
    return read_messages(list(messages), bounds or Bounds(512, 16), rules)


def parts(*content: Any) -> tuple[Any, ...]:
    """The parts of a user's turn."""
    return turns({"role": "user", "content": list(content)})[0].parts


def test_what_clients_echo_back_of_earlier_replies_is_dropped() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}, "index": 0}
    echoed = {
        "role": "assistant",
        "content": None,
        "refusal": None,
        "annotations": [],
        "reasoning_content": "hm",
        "audio": None,
        "function_call": None,
        "tool_calls": [call],
    }
    answered = {"role": "tool", "tool_call_id": "1", "content": [{"type": "text", "text": "a vase"}]}
    request = read(messages=[TURN, echoed, answered])
    said, heard = request.conversation.messages[1:]
    assert (said.parts, said.tool_calls[0].name, said.tool_calls[0].arguments) == ((), "look", "{}")
    assert (heard.text, heard.tool_call_id) == ("a vase", "1")


def test_names_and_calls_count_for_coverage() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "burn", "arguments": '{"what":"it"}'}}
    request = read(messages=[{**TURN, "name": "eve"}, {"role": "assistant", "tool_calls": [call]}])
    texts = {getattr(part, "text", None) for part in request.conversation.parts}
    assert {"eve", 'burn({"what":"it"})', "How?"} <= texts


def test_a_turn_keeps_its_parts_in_order() -> None:
    words = {"type": "text", "text": "What is it?"}
    assert parts(words, SEEN, words) == (TextPart("What is it?"), ImagePart(GREEN), TextPart("What is it?"))


@pytest.mark.parametrize("role", ["system", "developer", "user", "assistant"])
def test_a_plain_string_is_one_text_in_every_role(role: str) -> None:
    assert turns({"role": role, "content": "Hm."}) == (Message(role, (TextPart("Hm."),)),)  # type: ignore[arg-type]


def test_empty_texts_are_no_parts() -> None:
    assert turns({"role": "user", "content": ""})[0].parts == ()
    assert parts({"type": "text", "text": ""}, {"type": "refusal", "refusal": ""}) == ()


def test_an_earlier_refusal_is_text_like_any_other() -> None:
    assert parts({"type": "refusal", "refusal": "I won't."}) == (TextPart("I won't."),)


def test_a_pictures_detail_goes_on_to_the_model() -> None:
    assert parts({"type": "image_url", "image_url": {"url": "data:green", "detail": "low"}}) == (
        ImagePart(GREEN, "low"),
    )


def test_a_pictures_address_may_stand_alone() -> None:
    assert parts({"type": "image_url", "image_url": "data:green"}) == (ImagePart(GREEN),)


def test_a_picture_that_was_not_decoded_is_rejected_with_its_place() -> None:
    with pytest.raises(PictureRejected) as caught:
        parts(SEEN, {"type": "image_url", "image_url": {"url": "data:red"}})
    assert caught.value.where == "messages[0].content[1].image_url.url"


def test_hints_to_a_prompt_cache_and_echoes_leave_no_trace() -> None:
    plain = turns(TURN, {"role": "assistant", "content": "So."})
    echoes = {"role": "assistant", "content": "So.", **dict.fromkeys(ECHOED, "echo")}
    hinted = {"type": "text", "text": "How?", **dict.fromkeys(INERT, "ephemeral")}
    assert turns({"role": "user", "content": [hinted]}, echoes) == plain


def test_a_call_is_read_whole_and_its_type_may_be_left_out() -> None:
    called = {"id": "1", "function": {"name": "look"}}
    (turn,) = turns({"role": "assistant", "content": None, "tool_calls": [CALL, called]})
    assert turn.tool_calls == (ToolCall("1", "look", "{}"), ToolCall("1", "look", ""))


def test_pictures_are_counted_over_all_turns() -> None:
    shown = {"role": "user", "content": [SEEN]}
    assert len(turns(shown, shown, bounds=Bounds(512, 2))) == 2
    with pytest.raises(WireFault, match="at most 1 pictures"):
        turns(shown, shown, bounds=Bounds(512, 1))


REFUSED: list[tuple[Any, Fault, str]] = [
    ("How?", INVALID_VALUE, ""),
    ({"content": "x"}, MISSING_FIELD, ".role"),
    ({"role": "user"}, MISSING_FIELD, ".content"),
    ({"role": "user", "content": None}, MISSING_FIELD, ".content"),
    ({"role": "User", "content": "x"}, INVALID_VALUE, ".role"),
    ({**TURN, "name": "n" * (MAX_NAME + 1)}, INVALID_VALUE, ".name"),
    ({**TURN, "mystery": 1}, UNKNOWN_FIELD, ".mystery"),
    ({**TURN, "audio": {"id": "a"}}, UNSUPPORTED, ".audio"),
    ({**TURN, "function_call": {"name": "f"}}, UNSUPPORTED, ".function_call"),
    ({**TURN, "tool_call_id": "1"}, INVALID_VALUE, ".tool_call_id"),
    ({**TURN, "tool_calls": [CALL]}, INVALID_VALUE, ".tool_calls"),
    ({"role": "tool", "content": "x"}, MISSING_FIELD, ".tool_call_id"),
    ({"role": "user", "content": [SEEN] * (MAX_PARTS + 1)}, INVALID_VALUE, ".content"),
    ({"role": "user", "content": [{"type": "text"}]}, MISSING_FIELD, ".content[0].text"),
    ({"role": "user", "content": [{"type": "text", "text": 1}]}, INVALID_VALUE, ".content[0].text"),
    ({"role": "user", "content": [{"type": "hologram"}]}, INVALID_VALUE, ".content[0].type"),
    ({"role": "user", "content": [{"type": "video_url"}]}, UNSUPPORTED, ".content[0]"),
    ({"role": "user", "content": [{"type": "image_url"}]}, MISSING_FIELD, ".content[0].image_url"),
    ({"role": "assistant", "tool_calls": [CALL] * (MAX_CALLS + 1)}, INVALID_VALUE, ".tool_calls"),
    ({"role": "assistant", "tool_calls": [{"type": "custom"}]}, UNSUPPORTED, ".tool_calls[0]"),
    ({"role": "assistant", "tool_calls": [{"id": "1"}]}, MISSING_FIELD, ".tool_calls[0].function"),
    ({"role": "assistant", "tool_calls": [{**CALL, "id": None}]}, MISSING_FIELD, ".tool_calls[0].id"),
    ({"role": "assistant", "tool_calls": [{**CALL, "then": 1}]}, UNKNOWN_FIELD, ".tool_calls[0].then"),
]


@pytest.mark.parametrize(("message", "fault", "field"), REFUSED)
def test_what_is_wrong_with_a_message_is_said_with_its_place(message: Any, fault: Fault, field: str) -> None:
    bounds = Bounds(512, MAX_PARTS + 1)
    with pytest.raises(WireFault) as caught:
        turns(TURN, message, bounds=bounds)
    assert (caught.value.fault, caught.value.param) == (fault, f"messages[1]{field}")


@pytest.mark.parametrize("messages", [[], "How?", [TURN] * 3])
def test_a_request_has_a_turn_and_no_more_than_may_be(messages: Any) -> None:
    with pytest.raises(WireFault) as caught:
        read_messages(messages, Bounds(2, 0), RULES)
    assert caught.value.param == "messages"
