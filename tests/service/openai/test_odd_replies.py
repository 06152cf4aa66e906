"""Thousands of replies with odd values anywhere: each is read and goes out, or is an error that has a name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest

from agents.models.base import JsonObject, Usage
from agents.models.joined_chunks import joined
from agents.models.openai_format import Envelope
from agents.models.reply_body import StreamReader, read_completion
from agents.models.reply_errors import ReplyIsError, ReplyMalformed
from service.openai.replies import ReplyContents, finish_reason, may_be_last, requested_usage, show_filter
from service.openai.reply_fields import client_body
from tests.service.recorded import TOOLS, call, choice, chunk, whole

ENVELOPE = Envelope("guarded", "chatcmpl-ours")
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 2**70, "", "x", "stop", "error", "content_filter", "503", [], {}, [None], [[]], {"a": 1},
    [{"type": "text", "text": "a"}], [{"type": "x"}], {"name": "f"}, [{"error": 1}],
)  # fmt: skip
COUNT = 4000


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        yield (*path, name)
        yield from places(each, (*path, name))


def with_oddities(body: JsonObject, dice: Random) -> bytes:
    """The document with one to three values left out or replaced."""
    document = json.loads(json.dumps(body))
    for _ in range(dice.randint(1, 3)):
        if not (found := list(places(document))):
            break
        *path, last = dice.choice(found)
        holder = document
        for name in path:
            holder = holder[name]
        if dice.random() < 0.3:
            del holder[last]
        else:
            holder[last] = json.loads(json.dumps(dice.choice(ODD)))
    return json.dumps(document).encode()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("keep_unknown", [False, True])
def test_nothing_that_an_endpoint_sends_is_a_fault_of_ours(stream: bool, keep_unknown: bool) -> None:
    message = {"content": "a", "reasoning_content": "r", "tool_calls": [call(0, "f", "{}")]}
    body = {**chunk(message, "stop"), "usage": {"prompt_tokens": 1}} if stream else whole(choice(message, logprobs={}))
    dice, went_out = Random(7), 0
    for _ in range(COUNT):
        raw = with_oddities(body, dice)
        try:
            read = StreamReader().read(raw) if stream else read_completion(raw)
        except (ReplyMalformed, ReplyIsError):
            continue
        if read is None or (asked := requested_usage(read, include_usage=True)) is None:
            continue
        sent = client_body(asked, ENVELOPE, stream=stream, keep_unknown=keep_unknown)
        sent = show_filter(sent, set(), parsed=False)
        assert json.loads(orjson.dumps(sent))["id"] == ENVELOPE.id
        assert ReplyContents([sent]).json
        assert Usage.of(read).prompt_tokens >= 0
        assert may_be_last(sent) or finish_reason(read) is None
        went_out += 1
    assert went_out > COUNT / 3


@pytest.mark.parametrize("keep_unknown", [False, True])
def test_odd_chunks_put_together_are_no_fault_of_ours_either(keep_unknown: bool) -> None:
    calls, details = [call(0, "f", "{}")], [{"type": "reasoning.text", "text": "r"}]
    body = chunk({"content": "a", "reasoning_details": details, "tool_calls": calls}, "stop", logprobs={"content": []})
    dice, went_out = Random(8), 0
    for _ in range(COUNT):
        reader = StreamReader()
        try:
            read = [reader.read(with_oddities(body, dice)) for _ in range(2)]
        except (ReplyMalformed, ReplyIsError):
            continue
        together = joined([chunk({"content": "a"}), *(each for each in read if each is not None)])
        sent = client_body(together, ENVELOPE, stream=False, keep_unknown=keep_unknown)
        sent = show_filter(sent, set(), parsed=False)
        assert json.loads(orjson.dumps(sent))["choices"][0]["message"]["role"] == "assistant"
        assert ReplyContents([sent]).json
        assert Usage.of(together).prompt_tokens >= 0
        went_out += 1
    assert went_out > COUNT / 3


def test_what_we_write_is_ours_where_the_endpoint_says_null_too() -> None:
    nothing = {"id": None, "object": None, "model": None, "created": None, "guard": None}
    sent = client_body({**TOOLS[0], **nothing}, ENVELOPE, stream=False)
    assert (sent["id"], sent["object"], sent["model"]) == (ENVELOPE.id, "chat.completion", "guarded")
    assert "guard" not in sent


@pytest.mark.parametrize("kind", [{"type": "custom"}, {"type": "mcp", "custom": {"input": "x"}}])
def test_a_call_of_another_kind_never_goes_out_as_a_function(kind: JsonObject) -> None:
    pieces = [{"index": 0, **call(0, "f", "{}")}, {"index": 0, "function": {"arguments": "hidden"}, **kind}]
    reader = StreamReader()
    for piece in pieces:
        read = reader.read(orjson.dumps(chunk({"tool_calls": [piece]})))
        assert read is not None
        assert "hidden" not in str(client_body(read, ENVELOPE, stream=True))
    body = whole(choice({"content": None, "tool_calls": [pieces[0], {**pieces[0], **kind, "id": "hidden"}]}))
    assert "hidden" not in str(client_body(read_completion(orjson.dumps(body)), ENVELOPE, stream=False))


@pytest.mark.parametrize("stream", [False, True])
def test_calls_that_share_an_id_go_out_under_two(stream: bool) -> None:
    calls = [{**call(index, name, ""), "id": "x", "type": ""} for index, name in enumerate("fg")]
    if stream:
        read = StreamReader().read(orjson.dumps(chunk({"tool_calls": calls}, "tool_calls")))
    else:
        read = read_completion(orjson.dumps(whole(choice({"content": None, "tool_calls": calls}, "tool_calls"))))
    assert read is not None
    (sent,) = client_body(read, ENVELOPE, stream=stream)["choices"]
    out = sent["delta" if stream else "message"]["tool_calls"]
    assert [each["function"] for each in out] == [{"name": name, "arguments": "{}"} for name in "fg"]
    assert len({each["id"] for each in out}) == 2
