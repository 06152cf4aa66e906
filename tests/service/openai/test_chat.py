"""The chat completions API as an `ApiFormat`: requests are read once, and replies written as its clients expect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.base import JsonObject
from agents.models.openai_format import Envelope
from guard.config import Deployment
from service.openai.api_format import ApiFormat
from service.openai.chat import KEEP_ALIVE, MAX_MODEL_NAME, ChatCompletions, ChatReply, deployment_name
from service.openai.errors import INTERNAL, INVALID_VALUE, MISSING_FIELD, Fault, WireFault
from service.openai.events import DONE
from tests.scripts import picture
from tests.service.openai.test_parameters import TURN, read
from tests.service.recorded import RECORDED, chunk, usage_chunk

CHAT: ApiFormat = ChatCompletions()
SETTING = Deployment(model="small")
GUARD = {"verdict": "safe"}
FIRST, SECOND, LAST = chunk({"content": "a"}), chunk({"content": "b"}), chunk({}, "stop")


def events(data: bytes) -> list[JsonObject]:
    """The bodies in events."""
    return [json.loads(event.removeprefix(b"data: ")) for event in data.split(b"\n\n") if event]


# ---- reading ----


def test_bounds_that_fields_set_each_other_are_checked() -> None:
    for fields in ({"top_logprobs": 2}, {"tool_choice": "required"}, {"stream_options": {"include_usage": True}}):
        with pytest.raises(WireFault):
            read(**fields)
    assert read(top_logprobs=0, logprobs=False).options == {"logprobs": False}
    assert read(logprobs=True, top_logprobs=2).options == {"logprobs": True, "top_logprobs": 2}


def test_unknown_fields_are_dropped_where_the_deployment_says_so() -> None:
    setting = Deployment(model="small", unknown_fields="drop")
    request = read(setting, mystery=1, messages=[{**TURN, "mystery": 2}], temperature=0.5)
    assert request.options == {"temperature": 0.5}


@pytest.mark.parametrize("messages", [None, "x", [1], [{"content": "x"}], [{"content": [1, {"image_url": 1}]}], [{}]])
def test_what_is_not_in_form_has_no_addresses(messages: Any) -> None:
    assert list(CHAT.picture_addresses({"messages": messages})) == []


def test_a_request_is_read_with_its_pictures_and_options() -> None:
    green = picture("green")
    seen = {"type": "image_url", "image_url": {"url": "data:green"}}
    document = {"model": "x", "messages": [{"role": "user", "content": [seen]}], "temperature": 0, "n": 2, "seed": None}
    request = CHAT.read(document, SETTING, {"data:green": green})
    assert [part.picture for part in request.conversation.pictures] == [green]
    assert (request.options, request.stream, request.include_usage) == ({"temperature": 0, "n": 2}, False, False)


@pytest.mark.parametrize(
    ("options", "wanted"), [({"include_usage": True}, True), ({"include_usage": False}, False), ({}, False)]
)
def test_usage_in_a_stream_is_for_who_asks_for_it(options: Any, wanted: bool) -> None:
    request = read(stream=True, stream_options=options)
    assert (request.stream, request.include_usage, request.options) == (True, wanted, {})


@pytest.mark.parametrize(
    ("document", "fault", "param"),
    [
        ({}, MISSING_FIELD, "messages"),
        ({"messages": None}, MISSING_FIELD, "messages"),
        ({"messages": [TURN], "temperature": 3}, INVALID_VALUE, "temperature"),
        ({"messages": [TURN] * 513}, INVALID_VALUE, "messages"),
    ],
)
def test_what_is_wrong_is_a_fault_that_names_its_field(document: JsonObject, fault: Fault, param: str) -> None:
    with pytest.raises(WireFault) as caught:
        CHAT.read(document, SETTING, {})
    assert (caught.value.fault, caught.value.param) == (fault, param)


def test_the_deployment_is_read_before_the_rest() -> None:
    assert deployment_name({"model": "kitchen", "messages": 7}) == "kitchen"
    for wrong, fault in ((None, MISSING_FIELD), (7, INVALID_VALUE), ("m" * (MAX_MODEL_NAME + 1), INVALID_VALUE)):
        with pytest.raises(WireFault) as caught:
            deployment_name({"model": wrong})
        assert (caught.value.fault, caught.value.param) == (fault, "model")


@pytest.mark.parametrize("image", [{"url": "data:,"}, "data:,"])
def test_every_picture_has_an_address_and_a_place(image: Any) -> None:
    seen = {"type": "image_url", "image_url": image}
    messages = [{"content": [seen, {"type": "text", "text": "?"}, seen]}, {"content": "x"}, {"content": [seen]}]
    assert list(CHAT.picture_addresses({"messages": messages})) == [
        ("data:,", "messages[0].content[0].image_url.url"),
        ("data:,", "messages[0].content[2].image_url.url"),
        ("data:,", "messages[2].content[0].image_url.url"),
    ]


# ---- writing ----

VERDICT = {"guard": GUARD}


def writer() -> ChatReply:
    return ChatReply(Envelope("guarded"))


def test_a_reply_is_known_by_its_decision() -> None:
    assert CHAT.reply_id("dec_1") == "chatcmpl-dec_1"


def test_a_whole_reply_carries_the_guard_object_where_there_is_one() -> None:
    body = RECORDED["plain"][0]
    assert writer().whole(body, {}) == body
    assert writer().whole(body, VERDICT) == {**body, "guard": GUARD}


def test_a_chunk_that_may_be_the_last_waits_for_the_guard_object() -> None:
    writing = writer()
    assert events(writing.chunk(FIRST)) == [FIRST]
    assert writing.chunk(LAST) == b""
    end = writing.end(VERDICT)
    assert end.endswith(DONE)
    assert events(end.removesuffix(DONE)) == [{**LAST, "guard": GUARD}]


def test_a_chunk_that_was_not_the_last_goes_out_before_the_next() -> None:
    writing = writer()
    assert writing.chunk(LAST) == b""
    assert events(writing.chunk(SECOND)) == [LAST, SECOND]  # another choice goes on
    assert writing.chunk(LAST) == b""
    assert events(writing.chunk(usage_chunk())) == [LAST]
    assert events(writing.end({}).removesuffix(DONE)) == [usage_chunk()]


@pytest.mark.parametrize("name", RECORDED)
def test_every_chunk_of_a_stream_is_written_once_and_in_order(name: str) -> None:
    chunks, writing = RECORDED[name][1], writer()
    written = b"".join([*(writing.chunk(each) for each in chunks), writing.end({})])
    assert events(written.removesuffix(DONE)) == list(chunks)


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_no_event_breaks_for_clients_that_know_unicode_s_line_ends(end: str) -> None:
    chunk = {**FIRST, "choices": [{"index": 0, "delta": {"content": f"one{end}two"}, "finish_reason": None}]}
    written = writer().chunk(chunk)
    assert len(written.decode().splitlines()) == 2
    assert events(written) == [chunk]


def test_two_streams_hold_nothing_of_each_other() -> None:
    writer().chunk(LAST)
    assert events(writer().chunk(FIRST)) == [FIRST]


def test_an_error_in_a_stream_is_an_event_and_no_end() -> None:
    told = writer().error(WireFault(INTERNAL), "req_1")
    assert DONE not in told
    assert events(told)[0]["error"]["request_id"] == "req_1"


def test_a_keep_alive_is_a_comment() -> None:
    assert writer().keep_alive() == KEEP_ALIVE
    assert KEEP_ALIVE.startswith(b":")
    assert KEEP_ALIVE.endswith(b"\n\n")


@pytest.mark.parametrize(
    ("setting", "arrives"),
    [
        ({}, False),
        ({"judge_reply": "calls-in-text"}, False),
        ({"judge_reply": "all"}, True),
        ({"extra_fields": ["logit_bias"]}, True),
        ({"mode": "shadow"}, True),
        ({"method": "raw", "unguarded": True}, True),
    ],
)
def test_tokens_are_steered_only_where_all_words_are_judged_or_none(setting: dict[str, Any], arrives: bool) -> None:
    document = {"model": "guarded", "messages": [{"role": "user", "content": "How?"}], "logit_bias": {"17": -100}}
    request = CHAT.read(document, Deployment.model_validate({"model": "answers", **setting}), {})
    assert ("logit_bias" in request.options) is arrives
