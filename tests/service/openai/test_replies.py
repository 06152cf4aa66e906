"""What a reply says is found in any shape; a model's own goes out as it came, and ours looks like any other."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from service.openai.replies import (
    BETWEEN,
    OwnText,
    Replacement,
    ReplyContents,
    finish_reason,
    may_be_last,
    only_words,
    proposes_calls,
    requested_usage,
    speaking,
    usage_last,
)
from service.openai.reply_fields import WORD_FIELDS
from tests.service.recorded import CHOICES, PLAIN, RECORDED, TOOLS, USAGE, call, choice, chunk, usage_chunk, whole

ENVELOPE = Envelope("kitchen", "chatcmpl-dec_1", 7)
WARNING = "Careful: the vase\ncould break."
USED = Usage(19, 7, 3)
CALLS = 'swing({"club":"driver"})\nwalk({"to":"shelf"})'


def spoken(chunks: Any) -> set[int]:
    return {index for each in chunks for index in speaking(each)}


# ---- what a reply says ----


@pytest.mark.parametrize("name", RECORDED)
def test_a_stream_says_what_the_whole_reply_says(name: str) -> None:
    body, chunks = RECORDED[name]
    streamed, at_once = ReplyContents(chunks), ReplyContents([body])
    assert streamed.words == at_once.words != ""
    assert streamed.calls == at_once.calls


@pytest.mark.parametrize("field", WORD_FIELDS)
def test_words_are_heard_under_every_name_in_use(field: str) -> None:
    assert ReplyContents([whole(choice({field: "burn it"}))]).words == "burn it"
    assert ReplyContents([chunk({field: "burn "}), chunk({field: "it"})]).words == "burn it"


def test_calls_are_put_together_from_their_pieces() -> None:
    assert ReplyContents(TOOLS[1]).calls == CALLS
    assert ReplyContents([TOOLS[0]]).calls == CALLS


def test_interleaved_pieces_find_their_own_call() -> None:
    pieces = [call(1, "walk", "{"), call(0, "swing", "("), {"index": 1, "function": {"arguments": "}"}}]
    (content,) = ReplyContents(chunk({"tool_calls": [piece]}) for piece in pieces).choices
    assert {index: str(each) for index, each in content.calls.items()} == {1: "walk({})", 0: "swing(()"}


def test_choices_stay_apart_and_in_order() -> None:
    contents = ReplyContents([chunk({"content": "two"}, index=1), chunk({"content": "one"}), usage_chunk()]).choices
    assert [content.words["content"] for content in contents] == ["one", "two"]


@pytest.mark.parametrize(
    "body", [{}, {"choices": None}, {"choices": []}, {"choices": [{"delta": None}]}, usage_chunk()]
)
def test_what_says_nothing_has_no_words_and_no_calls(body: JsonObject) -> None:
    assert ReplyContents([body]).words == ReplyContents([body]).calls == ""
    assert not proposes_calls(body)
    assert list(speaking(body)) == []


def test_as_json_holds_words_and_calls_of_every_choice() -> None:
    assert json.loads(ReplyContents([TOOLS[0]]).json) == [{"content": "I will do it.", "calls": CALLS.split("\n")}]


@pytest.mark.parametrize(
    ("delta", "proposes"),
    [
        ({"tool_calls": [call(0, "swing", "")]}, True),
        ({"tool_calls": []}, False),
        ({"content": "swing()"}, False),
    ],
)
def test_the_first_piece_of_a_call_is_noticed(delta: dict[str, Any], proposes: bool) -> None:
    assert proposes_calls(chunk(delta)) is proposes
    assert only_words(delta) == ({} if "content" not in delta else delta)


def test_only_content_counts_as_speaking() -> None:
    assert list(speaking(chunk({"content": "a"}, index=2))) == [2]
    assert list(speaking(chunk({"reasoning_content": "a"}))) == []
    assert list(speaking(chunk({"role": "assistant", "content": ""}))) == []


# ---- a model's own reply ----


def test_usage_that_only_the_guard_asked_for_is_taken_out() -> None:
    spare = chunk({"content": "a"})
    bare = {name: value for name, value in spare.items() if name != "usage"}
    assert requested_usage(usage_chunk(), include_usage=False) is None
    assert requested_usage(spare, include_usage=False) == bare
    assert requested_usage({**chunk({}, "stop"), "usage": USAGE}, include_usage=False) == {
        **bare,
        "choices": chunk({}, "stop")["choices"],
    }
    for asked in (usage_chunk(), spare):
        assert requested_usage(asked, include_usage=True) == asked
    assert requested_usage(bare, include_usage=False) == bare


def running(count: int) -> JsonObject:
    return {"usage": {**USAGE, "completion_tokens": count}}


FINISH = chunk({}, "stop")
WORDS = [chunk({"content": word}) for word in "abc"]
LAST = {"choices": [], "usage": USAGE}


@pytest.mark.parametrize(
    ("sent", "last"),
    [
        ([*WORDS, FINISH, usage_chunk()], usage_chunk()),
        ([*(word | running(at) for at, word in enumerate(WORDS)), FINISH | {"usage": USAGE}], LAST),
        ([*WORDS, FINISH | {"usage": USAGE}], LAST),
        ([*WORDS, FINISH | running(1), usage_chunk()], usage_chunk()),
        ([usage_chunk() | running(1), *WORDS, FINISH | {"usage": USAGE}], LAST),
        ([*WORDS, usage_chunk(), FINISH], usage_chunk()),
        ([*WORDS, usage_chunk(), FINISH | {"usage": {}}], usage_chunk()),
    ],
)
async def test_usage_goes_out_once_and_last_wherever_it_was_stated(sent: list[JsonObject], last: JsonObject) -> None:
    async def upstream() -> AsyncIterator[JsonObject]:
        for each in sent:
            yield each

    assert [each async for each in usage_last(upstream())] == [*WORDS, FINISH, last]


async def test_a_stream_that_states_no_usage_gets_none() -> None:
    async def upstream() -> AsyncIterator[JsonObject]:
        for each in (*WORDS, FINISH | {"usage": {}}):
            yield each

    assert [each async for each in usage_last(upstream())] == [*WORDS, FINISH]


@pytest.mark.parametrize(
    ("body", "last", "reason"),
    [
        (chunk({"content": "a"}), False, None),
        (chunk({}, "stop"), True, "stop"),
        (chunk({"content": "a"}, "length"), True, "length"),
        (usage_chunk(), True, None),
        ({}, True, None),
        (PLAIN[0], True, "stop"),
        (TOOLS[0], True, "tool_calls"),
    ],
)
def test_a_stream_may_end_where_a_choice_has_ended(body: JsonObject, last: bool, reason: str | None) -> None:
    assert (may_be_last(body), finish_reason(body)) == (last, reason)


# ---- a text of ours ----


forms = pytest.mark.parametrize(("refusal", "parsed"), [(False, False), (True, False), (True, True)])


@forms
@pytest.mark.parametrize("choices", [1, 3])
def test_a_text_of_ours_is_the_same_whole_and_in_chunks(refusal: bool, parsed: bool, choices: int) -> None:
    own = OwnText(WARNING, USED, refusal, choices, parsed)
    whole, chunks = own.completion(ENVELOPE), list(own.chunks(ENVELOPE, include_usage=True))
    ChatCompletion.model_validate(whole)
    for each in chunks:
        ChatCompletionChunk.model_validate(each)
    names = {name for name, there in {"content": not parsed, "refusal": refusal}.items() if there}
    assert [choice["message"]["content"] for choice in whole["choices"]] == [WARNING] * choices
    assert [choice["message"]["refusal"] for choice in whole["choices"]] == [WARNING if refusal else None] * choices
    pieces = [choice for each in chunks for choice in each["choices"]]
    for index, parts in itertools.groupby(pieces, key=lambda piece: piece["index"]):
        first, *rest, last = parts
        assert first["delta"]["role"] == "assistant"
        assert all(set(piece["delta"]) == names for piece in rest)
        assert {"".join(piece["delta"][name] for piece in rest) for name in names} == {WARNING}
        assert (last["delta"], last["finish_reason"], index < choices) == ({}, "stop", True)
    assert whole["usage"] == chunks[-1]["usage"]


def test_usage_of_our_text_is_streamed_only_where_it_was_asked_for() -> None:
    chunks = list(OwnText(WARNING, USED).chunks(ENVELOPE, include_usage=False))
    assert not any(each.get("usage") for each in chunks)
    assert may_be_last(chunks[-1])


# ---- a text in place of calls, or of all ----


@pytest.mark.parametrize("refusal", [False, True])
def test_calls_are_replaced_and_the_words_before_them_stay(refusal: bool) -> None:
    whole = Replacement(WARNING, keeps_words=True, refusal=refusal).completion(TOOLS[0])
    (choice,) = whole["choices"]
    kept = {"role": "assistant", "content": f"I will do it.{BETWEEN}{WARNING}"}
    assert choice["message"] == {**kept, **({"refusal": WARNING} if refusal else {})}
    assert (choice["finish_reason"], whole["usage"]) == ("stop", USAGE)


def test_a_reply_that_is_replaced_whole_leaves_nothing_of_itself() -> None:
    for name, (body, chunks) in RECORDED.items():
        instead = Replacement(WARNING, keeps_words=False)
        streamed = ReplyContents(instead.chunks(chunks, ENVELOPE, set()))
        count = len(body["choices"])
        for content in (ReplyContents([instead.completion(body)]), streamed):
            assert content.words == "\n".join([WARNING] * count), name
            assert content.calls == "", name
        assert instead.completion(body)["choices"][0]["logprobs"] is None


@forms
def test_streamed_calls_are_replaced_like_whole_ones(refusal: bool, parsed: bool) -> None:
    body, chunks = TOOLS
    instead = Replacement(WARNING, keeps_words=True, refusal=refusal, parsed=parsed)
    out, held = chunks[:2], chunks[2:]  # from the first piece of a call on, chunks are held
    ended = list(instead.chunks(held, ENVELOPE, spoken(chunks)))
    (streamed,) = ReplyContents([*out, *ended]).choices
    (at_once,) = ReplyContents([instead.completion(body)]).choices
    assert streamed.words.get("refusal") == at_once.words.get("refusal")
    # A program that parses a stream would take the warning for a broken reply, were it content there too.
    assert at_once.words["content"] == streamed.words["content"] + (BETWEEN + WARNING if parsed else "")
    assert ended[-1] == usage_chunk()
    assert [finish_reason(each) for each in ended if finish_reason(each)] == ["stop"]


def test_words_that_came_after_a_call_stay_before_the_warning() -> None:
    held = [
        chunk({"content": "Now ", "tool_calls": [{"index": 0, "function": {"name": "f"}}]}),
        chunk({"content": "go."}),
    ]
    ended = Replacement(WARNING, keeps_words=True).chunks(held, ENVELOPE, spoken(held))
    assert ReplyContents(ended).words == f"Now go.{BETWEEN}{WARNING}"


def test_a_choice_without_words_gets_the_warning_alone() -> None:
    held = [*CHOICES[1][:1], chunk({"tool_calls": [{"index": 0, "function": {"name": "f"}}]}, index=1)]
    ended = Replacement(WARNING, keeps_words=True).chunks(held, ENVELOPE, spoken(held))
    assert [each.words["content"] for each in ReplyContents(ended).choices] == [f"One.{BETWEEN}{WARNING}", WARNING]
