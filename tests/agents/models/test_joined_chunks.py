"""A stream's chunks are the completion that the same reply would have been."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models.base import JsonObject
from agents.models.joined_chunks import joined

HEAD: JsonObject = {"id": "x", "model": "up"}
USAGE = {"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6}


def chunk(delta: Any = None, finish: str | None = None, index: int = 0, **more: Any) -> JsonObject:
    choice = {"index": index, "delta": delta, "finish_reason": finish, **more}
    return {**HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None}


def only(*chunks: JsonObject) -> JsonObject:
    (choice,) = joined(chunks)["choices"]
    return dict(choice)


def test_what_was_said_in_pieces_is_said_in_one() -> None:
    chunks = [
        chunk({"role": "assistant", "content": "", "reasoning": "h"}),
        chunk({"role": "model", "content": None, "reasoning": "m"}),
        chunk({"content": "It is "}, ""),
        chunk({"content": "fine."}),
        chunk({}, "length"),
        chunk(None),
        {**HEAD, "choices": [], "usage": USAGE},
    ]
    assert joined(chunks) == {
        **HEAD,
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "It is fine.", "reasoning": "hm"},
                "finish_reason": "length",
            }
        ],
        "usage": USAGE,
    }


@pytest.mark.parametrize("later", [None, {}])
def test_the_usage_that_was_stated_last_counts(later: Any) -> None:
    early = {**chunk({"content": "a"}), "usage": {**USAGE, "completion_tokens": 1}}
    assert joined([early, {**chunk({}, "stop"), "usage": USAGE}, {**chunk(None), "usage": later}])["usage"] == USAGE


def test_choices_stay_apart_and_stand_in_their_order() -> None:
    chunks = [chunk({"content": "b"}, index=1), chunk({"content": "a"}), chunk({}, "stop", 1), chunk({}, "length")]
    choices = joined(chunks)["choices"]
    told = [(each["index"], each["message"]["content"], each["finish_reason"]) for each in choices]
    assert told == [(0, "a", "length"), (1, "b", "stop")]


def test_calls_are_put_together_from_their_pieces() -> None:
    def piece(index: int, arguments: str | None, **more: Any) -> JsonObject:
        name = more.pop("name", None)
        return {"index": index, **more, "function": {"name": name, "arguments": arguments}}

    first = piece(0, "", id="a", type="function", name="swing", extra_content={"google": {"signature": "s"}})
    pieces = [[piece(1, None, id="b", type="function", name="walk"), first], [piece(0, "{"), piece(0, "}")]]
    choice = only(*(chunk({"tool_calls": each}) for each in pieces), chunk({}, "tool_calls"))
    assert choice["message"] == {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "a",
                "type": "function",
                "function": {"name": "swing", "arguments": "{}"},
                "extra_content": {"google": {"signature": "s"}},
            },
            {"id": "b", "type": "function", "function": {"name": "walk", "arguments": ""}},
        ],
    }


def test_log_probabilities_and_reasoning_in_pieces_are_lists_that_go_on() -> None:
    chunks = [
        chunk({"content": word, "reasoning_details": [{"text": word}]}, logprobs={"content": [{"token": word}]})
        for word in ("a", "b")
    ]
    choice = only(*chunks)
    assert choice["logprobs"] == {"content": [{"token": "a"}, {"token": "b"}]}
    assert choice["message"]["reasoning_details"] == [{"text": "a"}, {"text": "b"}]
    assert choice["finish_reason"] is None


@pytest.mark.parametrize("values", [("a", 7), ([1], "a"), ({"a": 1}, [1]), (True, 1.5)])
def test_pieces_of_two_kinds_are_not_joined(values: tuple[Any, Any]) -> None:
    assert only(*(chunk({"odd": value}) for value in values))["message"]["odd"] == values[-1]


@pytest.mark.parametrize("empty", ["", [], 0, {}, None])
def test_nothing_said_in_another_type_takes_nothing_back(empty: Any) -> None:
    call = {"index": 0, "id": "a", "function": {"name": "swing", "arguments": "{}"}}
    choice = only(chunk({"tool_calls": [call]}), chunk({"tool_calls": [{"index": 0, "function": empty}]}))
    assert choice["message"]["tool_calls"] == [{"id": "a", "function": call["function"]}]
    assert only(chunk({"content": ""}))["message"]["content"] == ""


def test_no_chunks_have_no_choice() -> None:
    assert joined([])["choices"] == []
