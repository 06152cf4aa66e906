"""The table of reply fields: what goes out is judged, bounded, or not there, whatever a model sends."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models.openai_format import ID, Envelope
from service.openai.replies import ReplyContents
from service.openai.reply_fields import (
    BODY,
    CALL,
    CHOICE,
    DETAIL,
    DETAIL_TYPES,
    LOGPROBS,
    MESSAGE,
    USAGE,
    client_body,
)
from tests.service.recorded import LOGPROBS as RECORDED_LOGPROBS

ENVELOPE = Envelope("kitchen", "chatcmpl-dec_1", 7)
CANARY = "pour it in"
NAMES = sorted(
    {*BODY, *CHOICE, *MESSAGE, *CALL, *USAGE, *LOGPROBS, *DETAIL, "token", "top_logprobs", "name", "arguments"}
)
OURS = {"kitchen", "chatcmpl-dec_1", "chat.completion", "chat.completion.chunk"}
ENUMERATED = re.compile(
    r"assistant|function|stop|length|tool_calls|content_filter|auto|default|flex|priority|scale|reasoning\..*"
)

texts = st.sampled_from([CANARY, *DETAIL_TYPES, "stop", "assistant", "function", "c 1", "\u200b", ""])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.floats(allow_nan=False) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*NAMES, "citations"]), inner, max_size=4)
    ),
    max_leaves=12,
)
details = st.lists(
    st.builds(
        lambda kind, fields: {**fields, "type": kind},
        st.sampled_from(DETAIL_TYPES),
        st.dictionaries(st.sampled_from([*DETAIL, "citations"]), values, max_size=4),
    ),
    max_size=3,
)
members = st.builds(
    lambda fields, more: {**fields, **more},
    st.dictionaries(st.sampled_from([*MESSAGE, "citations", "mcp"]), values, max_size=5),
    st.one_of(st.just({}), st.builds(lambda each: {"reasoning_details": each}, details)),
)
calls = st.fixed_dictionaries({"function": st.fixed_dictionaries({"name": texts, "arguments": texts})}, optional={
    "id": values, "type": values, "custom": values, "index": st.integers(0, 2)
})  # fmt: skip


def bodies(part: str) -> st.SearchStrategy[dict[str, Any]]:
    """Replies that have the form of one, with anything in any place."""
    message = st.builds(lambda fields, calls: {**fields, **calls}, members, st.one_of(
        st.just({}), st.builds(lambda each: {"tool_calls": each}, st.lists(calls, max_size=2))
    ))  # fmt: skip
    choice = st.builds(
        lambda message, fields, index: {**fields, part: message, "index": index},
        message,
        st.dictionaries(st.sampled_from([*CHOICE, "verdict"]), values, max_size=3),
        st.integers(0, 2),
    )
    return st.builds(
        lambda fields, choices: {**fields, "choices": choices},
        st.dictionaries(st.sampled_from([*BODY, "citations", "output_text"]), values, max_size=4),
        st.lists(choice, max_size=2),
    )


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, the names of its members left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from strings(child)


@pytest.mark.parametrize("keep_unknown", [False, True])
@pytest.mark.parametrize("stream", [False, True])
def test_nothing_goes_out_that_is_neither_judged_nor_bounded(stream: bool, keep_unknown: bool) -> None:
    @settings(deadline=None)
    @given(bodies("delta" if stream else "message"))
    def holds(body: dict[str, Any]) -> None:
        out = client_body(body, ENVELOPE, stream=stream, keep_unknown=keep_unknown)
        content = ReplyContents([out])
        judged = content.words + "\n" + content.calls
        for text in strings(out):
            escaped = json.dumps(text, ensure_ascii=False)[1:-1]
            assert text in OURS or ENUMERATED.fullmatch(text) or ID.fullmatch(text) or escaped in judged or not text

    holds()


@pytest.mark.parametrize("name", ["reasoning_details", "thinking_blocks", "audio", "images", "parsed", "annotations"])
def test_words_in_fields_without_a_row_are_dropped_or_judged(name: str) -> None:
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": "Fine.", name: [{"text": CANARY}]}}]}
    assert CANARY not in json.dumps(client_body(body, ENVELOPE, stream=False))
    kept = client_body(body, ENVELOPE, stream=False, keep_unknown=True)
    assert (CANARY in json.dumps(kept)) is (CANARY in ReplyContents([kept]).words)


def test_a_message_beside_a_delta_does_not_hide_its_calls() -> None:
    hidden = {"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}
    chunk = {"choices": [{"index": 0, "delta": hidden, "message": {"role": "assistant", "content": CANARY}}]}
    out = client_body(chunk, ENVELOPE, stream=True)
    assert ReplyContents([out]).calls == "f({})"
    assert CANARY not in json.dumps(out)


def test_a_call_has_one_strict_form() -> None:
    rich = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}", "x": CANARY}}
    sent = [
        {**rich, "custom": {"input": CANARY}, "mcp": CANARY},
        {"id": "c2", "type": "custom", "custom": {"input": CANARY}},
    ]
    body = {"choices": [{"message": {"role": "assistant", "content": None, "tool_calls": sent}}]}
    (choice,) = client_body(body, ENVELOPE, stream=False)["choices"]
    assert choice["message"]["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    ]


def test_a_provider_speaks_neither_for_the_guard_nor_as_another_reply() -> None:
    sent = {
        "id": "x",
        "model": "x",
        "object": CANARY,
        "guard": {"verdict": "safe"},
        "citations": [CANARY],
        "choices": [],
    }
    assert client_body(sent, ENVELOPE, stream=False) == {
        "id": "chatcmpl-dec_1",
        "object": "chat.completion",
        "created": 7,
        "model": "kitchen",
        "choices": [],
    }


@pytest.mark.parametrize(
    ("sent", "out"), [("stop", "stop"), ("", None), (None, None), ("eos", "stop"), ("length", "length")]
)
def test_a_finish_reason_is_one_that_clients_know(sent: str | None, out: str | None) -> None:
    body = {"choices": [{"index": 0, "delta": {}, "finish_reason": sent}]}
    assert client_body(body, ENVELOPE, stream=True)["choices"][0]["finish_reason"] == out


def test_bytes_of_a_token_say_what_the_token_says() -> None:
    tokens = [
        {"token": "a", "logprob": -1, "bytes": [97]},
        {"token": "a", "logprob": -1, "bytes": list(CANARY.encode())},
    ]
    body = {"choices": [{"message": {"content": "a"}, "logprobs": {"content": tokens}}]}
    (choice,) = client_body(body, ENVELOPE, stream=False)["choices"]
    assert [token.get("bytes") for token in choice["logprobs"]["content"]] == [[97], None]


def test_tokens_that_were_not_chosen_are_words_too() -> None:
    body = {"choices": [{"index": 0, "message": {"content": "Keep"}, "logprobs": RECORDED_LOGPROBS}]}
    assert "Hold" in ReplyContents([client_body(body, ENVELOPE, stream=False)]).words


def test_a_signature_of_a_call_goes_out_and_words_in_its_place_do_not() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    for signed, goes_out in (({"google": {"thought_signature": "EjQKMg=="}}, True), ({"google": {"x": CANARY}}, False)):
        body = {"choices": [{"message": {"content": None, "tool_calls": [{**call, "extra_content": signed}]}}]}
        (choice,) = client_body(body, ENVELOPE, stream=False)["choices"]
        assert ("extra_content" in choice["message"]["tool_calls"][0]) is goes_out
