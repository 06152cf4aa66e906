"""What a model sends is bounded before it is parsed, whatever its shape."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.base import JsonObject
from agents.models.reply_body import BOUNDS, MAX_CHOICES, ReplyMalformed, StreamReader, read_completion

CHOICE = {"index": 0, "message": {"content": "hi"}, "delta": {"content": "hi"}, "finish_reason": "stop"}


def read_chunk(raw: bytes) -> JsonObject | None:
    return StreamReader().read(raw)


def beside(filling: bytes) -> bytes:
    return b'{"choices":[' + json.dumps(CHOICE).encode() + b'],"more":' + filling + b"}"


BEYOND = {
    "lists": b"[" + b"[]," * BOUNDS.lists + b"0]",
    "values": b"[" + b"{}," * (BOUNDS.values // 2) + b"0]",
    "siblings": b"{" + b'"":"",' * BOUNDS.siblings + b'"":""}',
    "backslashes": b'"' + b"\\\\" * BOUNDS.backslashes + b'"',
    "depth": b"[" * 40 + b"]" * 40,
    "bytes": b'"' + b"a" * BOUNDS.bytes + b'"',
}


@pytest.mark.parametrize("read", [read_completion, read_chunk])
@pytest.mark.parametrize("name", BEYOND)
def test_a_reply_beyond_a_bound_is_never_parsed(name: str, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.strict_json.json.loads", lambda *_, **__: pytest.fail("parsed"))
    with pytest.raises(ReplyMalformed):
        read(beside(BEYOND[name]))


def test_a_long_reply_with_its_log_probabilities_is_within_them() -> None:
    token = {"token": " the", "logprob": -0.12345678, "bytes": [32, 116, 104, 101], "top_logprobs": []}
    unit = json.dumps(token).encode() + b","
    logprobs = b'{"content":[' + unit * 49_000 + b"0]}"
    assert read_completion(beside(logprobs))["choices"][0]["message"]["content"] == "hi"


def test_a_reply_has_only_so_many_choices() -> None:
    assert len((read_chunk(json.dumps({"choices": [CHOICE] * MAX_CHOICES}).encode()) or {})["choices"]) == MAX_CHOICES
    for read in (read_completion, read_chunk):
        with pytest.raises(ReplyMalformed):
            read(json.dumps({"choices": [CHOICE] * (MAX_CHOICES + 1)}).encode())
