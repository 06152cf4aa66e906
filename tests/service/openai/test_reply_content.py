"""All that a reply says is found, whatever its shape: what agents judge must be what goes out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.base import JsonObject
from service.openai.reply_content import (
    WORDS,
    all_calls,
    all_words,
    as_json,
    proposes_calls,
    reply_content,
    speaking,
    without_calls,
)
from tests.service.recorded import RECORDED, TOOLS, call, choice, chunk, usage_chunk, whole

CALLS = 'swing({"club":"driver"})\nwalk({"to":"shelf"})'


@pytest.mark.parametrize("name", RECORDED)
def test_a_stream_says_what_the_whole_reply_says(name: str) -> None:
    body, chunks = RECORDED[name]
    streamed, at_once = reply_content(chunks), reply_content([body])
    assert all_words(streamed) == all_words(at_once) != ""
    assert all_calls(streamed) == all_calls(at_once)


@pytest.mark.parametrize("field", WORDS)
def test_words_are_heard_under_every_name_in_use(field: str) -> None:
    assert all_words(reply_content([whole(choice({field: "burn it"}))])) == "burn it"
    assert all_words(reply_content([chunk({field: "burn "}), chunk({field: "it"})])) == "burn it"


def test_calls_are_put_together_from_their_pieces() -> None:
    assert all_calls(reply_content(TOOLS[1])) == CALLS
    assert all_calls(reply_content([TOOLS[0]])) == CALLS


def test_calls_in_their_other_shapes_are_seen_too() -> None:
    custom = {"id": "1", "type": "custom", "custom": {"name": "shell", "input": "rm"}}
    old = {"function_call": {"name": "swing", "arguments": "{}"}}
    assert all_calls(reply_content([whole(choice({"tool_calls": [custom]}))])) == "shell(rm)"
    assert all_calls(reply_content([whole(choice(old))])) == "swing({})"
    pieces = [chunk({"function_call": {"name": "swing"}}), chunk({"function_call": {"arguments": "{}"}})]
    assert all_calls(reply_content(pieces)) == "swing({})"


def test_interleaved_pieces_find_their_own_call() -> None:
    pieces = [call(1, "walk", "{"), call(0, "swing", "("), {"index": 1, "function": {"arguments": "}"}}]
    (content,) = reply_content(chunk({"tool_calls": [piece]}) for piece in pieces)
    assert {index: str(each) for index, each in content.calls.items()} == {1: "walk({})", 0: "swing(()"}


def test_choices_stay_apart_and_in_order() -> None:
    contents = reply_content([chunk({"content": "two"}, index=1), chunk({"content": "one"}), usage_chunk()])
    assert [content.words["content"] for content in contents] == ["one", "two"]


@pytest.mark.parametrize(
    "body", [{}, {"choices": None}, {"choices": []}, {"choices": [{"delta": None}]}, usage_chunk()]
)
def test_what_says_nothing_has_no_words_and_no_calls(body: JsonObject) -> None:
    assert all_words(reply_content([body])) == all_calls(reply_content([body])) == ""
    assert not proposes_calls(body)
    assert list(speaking(body)) == []


def test_as_json_holds_words_and_calls_of_every_choice() -> None:
    assert json.loads(as_json(reply_content([TOOLS[0]]))) == [{"content": "I will do it.", "calls": CALLS.split("\n")}]


@pytest.mark.parametrize(
    ("delta", "proposes"),
    [
        ({"tool_calls": [call(0, "swing", "")]}, True),
        ({"function_call": {"name": "swing"}}, True),
        ({"tool_calls": []}, False),
        ({"content": "swing()"}, False),
    ],
)
def test_the_first_piece_of_a_call_is_noticed(delta: dict[str, Any], proposes: bool) -> None:
    assert proposes_calls(chunk(delta)) is proposes
    assert without_calls(delta) == ({} if "content" not in delta else delta)


def test_only_content_counts_as_speaking() -> None:
    assert list(speaking(chunk({"content": "a"}, index=2))) == [2]
    assert list(speaking(chunk({"reasoning_content": "a"}))) == []
    assert list(speaking(chunk({"role": "assistant", "content": ""}))) == []
