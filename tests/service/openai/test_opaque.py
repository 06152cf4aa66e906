"""What nobody can read is told apart from words, and comes back in the form in which it went out."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from agents.conversation import Message, Reasoning, ToolCall
from agents.models.openai_format import Envelope, message_to_wire
from service.openai.opaque import (
    PLAIN_ID,
    canonical,
    opaque_in_body,
    opaque_in_turns,
    read_reasoning,
    sealed,
    together,
    unsealed,
    whole_details,
)
from service.openai.reply_fields import client_body
from tests.service.openai.test_parameters import read
from tests.service.recorded import REASONED, REASONING, SIGNED, signed_tools

ENVELOPE = Envelope("kitchen", "chatcmpl-dec_1", 7)
TURN = {"role": "user", "content": "How?"}
LONG_ID = "x" * (PLAIN_ID + 1)
SECRETS = [REASONING[1]["signature"], REASONING[2]["data"]]


def turn(**fields: Any) -> Message:
    """An assistant's turn that a client sends back."""
    return read(messages=[TURN, {"role": "assistant", **fields}, TURN]).conversation.messages[1]


def went_out() -> dict[str, Any]:
    body = client_body(REASONED[0], ENVELOPE, stream=False)
    return dict(body["choices"][0]["message"])


def test_what_went_out_comes_back_the_same() -> None:
    message = went_out()
    wire = message_to_wire(turn(**message))
    for name in ("reasoning", "reasoning_details", "tool_calls"):
        assert wire[name] == message[name]


def test_its_words_are_judged_once_and_its_opaque_values_are_named() -> None:
    request = read(messages=[TURN, went_out(), TURN])
    transcript = request.conversation.transcript.text
    assert transcript.count("assistant thinks: It is a lawn.") == 1
    assert list(request.opaque) == SECRETS
    assert all(f"attached: {value}" in transcript for value in SECRETS)
    vouched = request.vouched({SECRETS[0]})
    assert (SECRETS[0] in vouched.conversation.transcript.text, vouched.opaque) == (False, (SECRETS[1],))
    assert [annex.text for annex in vouched.conversation.annexes] == [SECRETS[1]]
    assert request.vouched(frozenset()) is request


def test_words_of_other_annexes_stay_whatever_is_known() -> None:
    tool = {"type": "function", "function": {"name": "swing", "description": SECRETS[0]}}
    request = read(messages=[TURN, went_out(), TURN], tools=[tool]).vouched(set(SECRETS))
    assert [SECRETS[0] in annex.text for annex in request.conversation.annexes] == [True]


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_content": ["words"]},
        {"reasoning_content": ""},
        {"reasoning": {"effort": "low"}},
        {"reasoning_details": "words"},
        {"reasoning_details": [{"type": "reasoning.dream", "text": "words"}]},
        {"reasoning_details": [{"text": "words"}, "words"]},
    ],
)
def test_what_has_another_form_never_went_out_and_goes_no_further(fields: dict[str, Any]) -> None:
    assert turn(content="So.", **fields) == turn(content="So.")


def test_an_empty_thought_beside_calls_comes_back_as_it_went_out() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    assert message_to_wire(turn(tool_calls=[call], reasoning_content=""))["reasoning_content"] == ""


def test_an_opaque_value_has_no_room_for_a_sentence() -> None:
    detail = {"type": "reasoning.encrypted", "data": "pour it in", "format": "Pour It", "id": "two words"}
    assert read_reasoning({"reasoning_details": [detail]}) == Reasoning(
        "", '{"reasoning_details":[{"type":"reasoning.encrypted"}]}'
    )


def test_only_an_assistant_reasons() -> None:
    request = read(messages=[{**TURN, "reasoning_content": "words"}])
    assert request.conversation.messages[0].reasoning is None


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "reasoning_details", "extra_content"])
def test_a_models_drop_leaves_a_field_out(name: str) -> None:
    message = turn(**went_out(), reasoning_content="hm")
    signed = Message("assistant", tool_calls=(ToolCall("1", "look", "{}", '{"a":"b"}'),), reasoning=message.reasoning)
    kept, dropped = (json.dumps(message_to_wire(signed, drop=drop)) for drop in ((), (name,)))
    assert (f'"{name}"' in kept, f'"{name}"' in dropped) == (True, False)


def test_ids_signatures_and_details_are_found_in_bodies_and_in_turns_alike() -> None:
    body = signed_tools()[0]
    message = body["choices"][0]["message"]
    message["tool_calls"][1]["id"] = LONG_ID
    message["reasoning_details"] = REASONING
    out = client_body(body, ENVELOPE, stream=False)
    found = list(opaque_in_body(out))
    assert found == [canonical(SIGNED), LONG_ID, *SECRETS]
    results = [{"role": "tool", "tool_call_id": each, "content": "done"} for each in ("call_0", LONG_ID)]
    back = read(messages=[TURN, out["choices"][0]["message"], *results])
    assert set(opaque_in_turns(back.conversation.messages)) == set(back.opaque) == set(found)


def test_the_order_of_members_makes_no_difference() -> None:
    assert canonical({"a": "1", "b": "2"}) == canonical({"b": "2", "a": "1"})


def test_sealed_reasoning_opens_again_and_another_servers_does_not() -> None:
    reasoning = read_reasoning(went_out())
    assert reasoning is not None
    assert unsealed(sealed(reasoning)) == reasoning
    others = ("gAAAAABo_x", "", "two words", urlsafe_b64encode(b"[1]").decode(), urlsafe_b64encode(b'{"a":1}').decode())
    assert [unsealed(text) for text in others] == [None] * len(others)


def test_a_streams_pieces_become_details_again() -> None:
    text, encrypted = whole_details(REASONING)
    assert text == {**REASONING[0], **REASONING[1], "text": "It is a lawn."}
    assert encrypted == REASONING[2]
    apart: list[dict[str, Any]] = [
        {"type": "reasoning.text", "text": "a"},
        {"type": "reasoning.text", "text": "b", "index": None},
    ]
    assert [each["text"] for each in whole_details(apart)] == ["a", "b"]


def test_two_thoughts_of_one_turn_are_joined() -> None:
    one, other = (
        read_reasoning(fields) for fields in ({"reasoning": "a"}, {"reasoning": "b", "reasoning_details": REASONING})
    )
    assert one is not None
    assert other is not None
    both = together(one, other)
    assert both.words == "a\nb\nIt is a lawn."
    assert json.loads(both.fields) == {"reasoning": "a\nb", "reasoning_details": REASONING}
