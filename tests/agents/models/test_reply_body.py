"""What an endpoint sends: bounded before it is parsed, whatever its shape, and read into one form."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from agents.models.base import JsonObject
from agents.models.reply_body import BOUNDS, MAX_CHOICES, StreamReader, read_completion
from agents.models.reply_errors import ReplyIsError, ReplyMalformed

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


def completion(**choice: Any) -> JsonObject:
    body = {"id": "x", "choices": [{"index": 0, "message": {"content": "hi"}, "finish_reason": "stop", **choice}]}
    return dict(read_completion(json.dumps(body).encode())["choices"][0])


def message(**fields: Any) -> JsonObject:
    return dict(completion(message=fields)["message"])


def test_content_in_parts_is_text() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "a"}]
    assert message(content=[*parts, {"type": "output_text", "text": "b"}])["content"] == "ab"
    assert message(content={"type": "text", "text": "a"})["content"] == "a"
    assert message(content=[])["content"] == ""
    assert message(content=["a", {"type": "refusal", "refusal": "no"}, {"type": "image_url"}])["content"] == "ano"
    nothing = [None, {"type": "text", "text": None}]
    assert message(content=[*nothing, {"type": "input_text", "text": "a"}])["content"] == "a"
    assert message(content=[{"type": []}, {"type": {}, "text": "a"}, {"text": "b"}])["content"] == "b"
    for wrong in (7, True, [7], [{"type": "text", "text": 7}], [{"type": "text"}]):
        with pytest.raises(ReplyMalformed):
            message(content=wrong)


def test_whole_calls_stand_in_their_order_with_arguments_as_text() -> None:
    huge = 2**70
    calls = [
        {"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": {"n": huge, "ä": [1.5]}}},
        {"index": 0, "id": 7, "type": "function", "function": {"name": "g", "arguments": '{"m": 1}'}},
        None,
    ]
    first, second = message(content=None, tool_calls=calls)["tool_calls"]
    assert json.loads(first["function"]["arguments"]) == {"n": huge, "ä": [1.5]}
    assert "index" not in first
    assert second["id"] == "7"
    nothing: Any
    for nothing in (None, [], {}, ""):
        assert message(content="a", tool_calls=nothing) == {"role": "assistant", "content": "a"}
    wrong: Any
    for wrong in (
        {"id": "a"},
        "f",
        [7],
        [{"function": "f"}],
        [{"function": {"name": 1}}],
        [{"function": {"arguments": 1}}],
    ):
        with pytest.raises(ReplyMalformed):
            message(content=None, tool_calls=wrong or "x")


@pytest.mark.parametrize("index", [None, "0", -1, True, 1.5])
def test_an_index_that_is_none_is_the_place(index: Any) -> None:
    choice = {"message": {"content": "a"}, "finish_reason": "stop", "index": index}
    body = read_completion(json.dumps({"choices": [choice, choice]}).encode())
    assert [each["index"] for each in body["choices"]] == [0, 1]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("stop", "stop"), ("", None), (None, None), ("null", None), ("None", None), ("end_turn", "stop"),
        ("eos", "stop"), ("MAX_TOKENS", "length"),
        ("model_length", "length"), ("tool_use", "tool_calls"), ("SAFETY", "content_filter"),
        ("refusal", "content_filter"), ("content_filter", "content_filter"),
        ("content_filter: PROHIBITED_CONTENT", "content_filter"),
    ],
)  # fmt: skip
def test_reasons_for_the_end_have_one_name(sent: str | None, read: str | None) -> None:
    assert completion(finish_reason=sent)["finish_reason"] == read


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource", 7, ["stop"]])
def test_a_reply_that_was_broken_off_is_none(reason: Any) -> None:
    with pytest.raises(ReplyMalformed):
        completion(finish_reason=reason)


def test_what_a_filter_held_back_needs_no_message() -> None:
    assert completion(message=None, finish_reason="content_filter")["message"] == {"role": "assistant"}


def test_numbers_that_nobody_uses_may_be_of_any_size() -> None:
    raw = b'{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"created":%d,"cost":1e999,"nan":NaN,"n":%d}'
    body = read_completion(raw % (10**30, 2**62))
    assert (body["created"], body["cost"], body["nan"], body["n"]) == (1e30, None, None, 2**62)
    orjson.dumps(body)


@pytest.mark.parametrize("identity", [{}, {"id": None}, {"id": ""}, {"id": True}, {"id": {}}])
def test_a_call_without_an_id_gets_one_of_its_own(identity: JsonObject) -> None:
    calls = [{**identity, "function": {"name": name}} for name in ("f", "g")]
    read = message(content=None, tool_calls=calls)["tool_calls"]
    assert len({call["id"] for call in read}) == 2
    assert [call["function"]["arguments"] for call in read] == ["{}", "{}"]


@pytest.mark.parametrize("role", [{}, {"role": None}, {"role": "model"}])
def test_a_reply_is_the_assistants_whatever_it_says(role: JsonObject) -> None:
    assert message(content="a", **role)["role"] == "assistant"


def test_empty_objects_may_be_written_as_lists() -> None:
    choice = {"message": {"content": "a"}, "finish_reason": "stop"}
    assert read_completion(json.dumps({"choices": [choice], "usage": []}).encode())["usage"] is None
    usage = {"prompt_tokens": 1, "prompt_tokens_details": []}
    assert read_completion(json.dumps({"choices": [choice], "usage": usage}).encode())["usage"] == {"prompt_tokens": 1}


def test_usage_may_be_in_floats_and_what_is_no_count_is_an_error() -> None:
    def usage(**counts: Any) -> JsonObject:
        choice = {"message": {"content": "a"}, "finish_reason": "stop"}
        return dict(read_completion(json.dumps({"choices": [choice], "usage": counts}).encode())["usage"])

    counted = usage(prompt_tokens=12.0, completion_tokens=3.2, prompt_tokens_details={"cached_tokens": 4.0, "x": "y"})
    assert (counted["prompt_tokens"], counted["completion_tokens"]) == (12, 4)
    assert counted["prompt_tokens_details"] == {"cached_tokens": 4, "x": "y"}
    assert usage(queue_time=0.25, prompt_tokens=None) == {"queue_time": 0.25, "prompt_tokens": None}
    for wrong in ("12", True, -1, 2**60, [1]):
        with pytest.raises(ReplyMalformed):
            usage(prompt_tokens=wrong)


def chunk(delta: Any = None, finish: Any = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return json.dumps({"choices": [choice], **more}).encode()


@pytest.mark.parametrize(
    "event",
    [
        b"", b" ", b"null", b"[] ", b'""',
        b": keepalive", b"ping", b"[PING]", b"ok", b"keep-alive", b"KEEPALIVE\r", b"true", b"1732790000", b"1.5",
        b'{"type": "ping"}', b'{"choices": []}', b'{"choices": null, "usage": null}', b'{"choices": [null]}',
        b'{"choices": [{}]}', chunk(None), b'\xef\xbb\xbf{"choices": [{"index": 0, "content_filter_results": {}}]}',
    ],
)  # fmt: skip
def test_an_event_that_says_nothing_is_skipped(event: bytes) -> None:
    reader = StreamReader()
    assert reader.read(event) is None
    assert not reader.is_whole


@pytest.mark.parametrize(
    "event",
    [b"nonsense", b"[1]", b"pings", b"ping ping", b'"ok"', b": keepalive\n{}", b"-1e5", b"[DONE", b"{", b"false"],
)
def test_an_event_that_says_anything_else_is_malformed(event: bytes) -> None:
    with pytest.raises(ReplyMalformed):
        StreamReader().read(event)


@pytest.mark.parametrize("nothing", [[], ""])
def test_an_empty_delta_may_be_written_in_other_ways(nothing: Any) -> None:
    reader = StreamReader()
    assert reader.read(chunk({"content": "a"})) is not None
    last = reader.read(chunk(nothing, "stop"))
    assert last is not None
    assert last["choices"][0]["delta"] == {}
    assert reader.is_whole
    for wrong in ([7], "x", 0, False):
        with pytest.raises(ReplyMalformed):
            reader.read(chunk(wrong))
    with pytest.raises(ReplyMalformed):
        completion(message=nothing)


def test_a_stream_is_whole_once_each_choice_has_said_why_it_ended() -> None:
    reader = StreamReader()
    assert reader.read(chunk({"role": "assistant", "content": ""})) is not None
    for unfinished in ("", "null", "none"):
        assert reader.read(chunk({"content": "a"}, unfinished)) is not None
        assert not reader.is_whole
    assert reader.read(chunk({}, "stop")) is not None
    assert reader.is_whole
    usage = reader.read(chunk({"role": "assistant", "content": ""}, usage={"prompt_tokens": 1}))
    assert usage is not None  # OpenRouter puts an empty choice beside the usage
    assert (usage["choices"], usage["usage"]) == ([], {"prompt_tokens": 1})
    assert reader.is_whole
    reader.read(chunk({"content": "late"}))
    assert not reader.is_whole


PIECE = dict[str, Any]


def piece(arguments: str | None = "", **fields: Any) -> PIECE:
    name = fields.pop("name", None)
    return {**fields, "function": {**({"name": name} if name else {}), "arguments": arguments}}


CALLS: dict[str, tuple[list[PIECE], list[tuple[str, str]]]] = {
    "as OpenAI sends them": (
        [
            piece(index=0, id="a", name="f"),
            piece("{", index=0),
            piece("}", index=0),
            piece("1", index=1, id="b", name="g"),
        ],
        [("f", "{}"), ("g", "1")],
    ),
    "pieces of two calls in turn": (
        [piece(index=0, id="a", name="f"), piece(index=1, id="b", name="g"), piece("1", index=0), piece("2", index=1)],
        [("f", "1"), ("g", "2")],
    ),
    "without index": (
        [piece("{", id="a", name="f"), piece("}"), piece("2", id="b", name="f"), piece("3", id="c", name="g")],
        [("f", "{}"), ("f", "2"), ("g", "3")],
    ),
    "index null, and the id again": (
        [piece("{", index=None, id="a", name="f"), piece("x", id="b", name="g"), piece("}", id="a")],
        [("f", "{}"), ("g", "x")],
    ),
    "all of them at index 0": (
        [piece("1", index=0, id="a", name="f"), piece("2", index=0, id="b", name="g"), piece("3", index=0)],
        [("f", "1"), ("g", "23")],
    ),
    "neither index nor id": ([piece("1", name="f"), piece("2"), piece("3", name="g")], [("f", "12"), ("g", "3")]),
    "one id for all of them": (
        [piece("1", index=0, id="x", name="f"), piece("2", index=1, id="x", name="g"), piece("3", index=1)],
        [("f", "1"), ("g", "23")],
    ),
    "a new id with each piece": (
        [piece("1", index=0, id="a", name="f"), piece("2", index=0, id="b"), piece("3", index=0, id="c")],
        [("f", "123")],
    ),
    "an empty id": (
        [piece("1", index=0, id="", name="f"), piece("2", index=1, id="", name="g"), piece("3", index=0, id="")],
        [("f", "13"), ("g", "2")],
    ),
    "from 1 on": (
        [piece("1", index=1, id="a", name="f"), piece("2", index=2, id="b", name="g")],
        [("f", "1"), ("g", "2")],
    ),
    "nothing but the name": (
        [piece("1", index=0, name="f"), piece("2", index=0, id="", name="g"), piece("3", index=0)],
        [("f", "1"), ("g", "23")],
    ),
    "the same index and id": (
        [piece("1", index=0, id="x", name="f"), piece("2", index=0, id="x", name="g"), piece("3", index=1, name="h")],
        [("f", "1"), ("g", "2"), ("h", "3")],
    ),
    "the same id and no index": (
        [piece("1", id="x", name="f"), piece("2", id="x", name="g")],
        [("f", "1"), ("g", "2")],
    ),
    "the same in all but the arguments": (
        [
            piece('{"a": ', index=0, id="x", name="f"),
            piece("1} ", index=0),
            piece(' {"b": 2}', index=0, id="x", name="f"),
        ],
        [("f", '{"a": 1} '), ("f", ' {"b": 2}')],
    ),
    "the name in each piece": (
        [piece(index=0, id="a", name="f"), piece('{"a":', index=0, name="f"), piece("{}}", index=0, id="a", name="f")],
        [("f", '{"a":{}}')],
    ),
    "the name once more at the end": (
        [piece("{}", index=0, id="a", name="f"), piece(index=0, id="a", name="f"), piece(None, index=0, name="f")],
        [("f", "{}")],
    ),
    "a name, and text that looks whole": (
        [piece('{"a": "}', index=0, name="f"), piece('{"', index=0, name="f"), piece("}", index=0, name="f")],
        [("f", '{"a": "}{"}')],
    ),
    "a name, and lists without an end": (
        [piece('{"a":' + "[" * 99_999 + "}", index=0, name="f"), piece("{", index=0, name="f")],
        [("f", '{"a":' + "[" * 99_999 + "}{")],
    ),
    "empty names and ids after the first": (
        [piece("1", index=0, id="a", name="f"), {"id": "", "type": "", "function": {"name": "", "arguments": "2"}}],
        [("f", "12")],
    ),
    "the name late": ([piece(index=0, id="a"), piece("1", index=0, name="f"), piece("2", index=0)], [("f", "12")]),
    "a first piece without a function": (
        [{"index": 0, "id": "a", "type": "function"}, piece("1", index=0, name="f"), piece("2", index=0)],
        [("f", "12")],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_streamed_calls_are_told_apart(name: str) -> None:
    pieces, calls = CALLS[name]
    reader = StreamReader()
    welded = added([reader.read(chunk({"tool_calls": [{"type": "function", **each}]})) for each in pieces])
    assert [(call["name"], call["arguments"]) for call in welded] == calls
    assert [call["type"] for call in welded] == ["function"] * len(calls)
    ids = [call["id"] for call in welded]
    assert len(set(ids)) == len(calls)
    assert ids[0] == next((each["id"] for each in pieces if each.get("id")), ids[0])


def added(chunks: list[JsonObject | None]) -> list[dict[str, str]]:
    """The calls of a stream as clients add them up: every text of a call, piece by piece."""
    calls: dict[int, dict[str, str]] = {}
    for body in chunks:
        assert body is not None
        for call in body["choices"][0]["delta"].get("tool_calls", []):
            if not call.get("function"):
                continue
            welded = calls.setdefault(call["index"], {})
            for name, value in {**call, **call["function"]}.items():
                if isinstance(value, str):
                    welded[name] = welded.get(name, "") + value
    return list(calls.values())


def test_a_streamed_call_without_an_id_gets_one_once() -> None:
    reader = StreamReader()
    sent = [
        piece("{", index=0, name="f"),
        piece("}", index=0),
        piece(index=0, id="late"),
        piece(index=1, id="b", name="g"),
    ]
    ids = []
    for each in sent:
        read = reader.read(chunk({"tool_calls": [each]}))
        assert read is not None
        ids.append(read["choices"][0]["delta"]["tool_calls"][0].get("id"))
    assert ids[0].startswith("call_")
    assert ids[1:] == [None, None, "b"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("unfit", ["a", "call [1]", "appel_é", "i" * 4097])
def test_an_id_that_was_given_before_or_cannot_go_out_is_replaced(unfit: str, stream: bool) -> None:
    sent = [piece("{}", index=index, id=each, name=each[0]) for index, each in enumerate(("a", unfit, "b"))]
    if stream:
        ids = [call["id"] for call in added([StreamReader().read(chunk({"tool_calls": sent}))])]
    else:
        ids = [call["id"] for call in message(content=None, tool_calls=sent)["tool_calls"]]
    assert (ids[0], ids[2]) == ("a", "b")
    assert ids[1].startswith("call_")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ({}, "function"), ({"type": None}, "function"), ({"type": ""}, "function"), ({"type": "tool_call"}, "function"),
        ({"type": [], "custom": None}, "function"), ({"type": "custom"}, "custom"), ({"type": "", "custom": {}}, ""),
    ],
)  # fmt: skip
def test_a_call_with_a_function_is_one_whatever_its_type(kind: JsonObject, read: str, stream: bool) -> None:
    call = {**piece("{}", index=0, id="a", name="f"), **kind}
    reader = StreamReader()
    if stream:
        body = reader.read(chunk({"tool_calls": [call]}))
        assert body is not None
        (known,) = body["choices"][0]["delta"]["tool_calls"]
    else:
        (known,) = message(content=None, tool_calls=[call])["tool_calls"]
    assert known["type"] == read


def test_a_piece_of_another_kind_stays_one() -> None:
    reader = StreamReader()
    reader.read(chunk({"tool_calls": [piece("{}", index=0, id="a", name="f")]}))
    later = reader.read(chunk({"tool_calls": [{**piece("x", index=0), "type": "custom"}]}))
    assert later is not None
    assert later["choices"][0]["delta"]["tool_calls"][0]["type"] == "custom"


NO_ARGUMENTS: list[JsonObject] = [{}, {"arguments": None}, {"arguments": ""}, {"arguments": " \n"}]


@pytest.mark.parametrize("finish", ["tool_calls", "stop", "length"])
@pytest.mark.parametrize("nothing", NO_ARGUMENTS)
def test_a_call_without_arguments_has_empty_ones_unless_it_was_cut_off(nothing: JsonObject, finish: str) -> None:
    calls = [{"index": 0, "id": "a", "function": {"name": "f", **nothing}}, piece("[1]", index=1, id="b", name="g")]
    read = completion(message={"content": None, "tool_calls": calls}, finish_reason=finish)["message"]["tool_calls"]
    apart, reader = StreamReader(), StreamReader()
    for streamed in (
        [call["function"] for call in read],
        added([StreamReader().read(chunk({"tool_calls": calls}, finish))]),
        added([apart.read(chunk({"tool_calls": calls})), apart.read(chunk({}, finish)), apart.read(chunk({}, finish))]),
        added([reader.read(chunk({"tool_calls": calls[:1]})), reader.read(chunk({"tool_calls": calls[1:]}, finish))]),
    ):
        first, second = (call.get("arguments", "").strip() for call in streamed)
        assert (first, second) == ("" if finish == "length" else "{}", "[1]")


UNKNOWN_CALLS: list[JsonObject] = [
    {"content": None},
    {"content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]},
    {"content": "\n", "function_call": {"name": "f", "arguments": "{}"}, "reasoning": "It calls f."},
    {"content": None, "tool_calls": [{"index": 0, "id": "c", "type": "custom", "custom": {"name": "f", "input": "x"}}]},
    {"content": None, "tool_calls": [{"index": 0, "id": "c", "type": "function", "name": "f", "arguments": "{}"}]},
    {"content": None, "tool_calls": [{"index": 0, "id": "c", "name": "f", "function": {"arguments": "{}"}}]},
]


@pytest.mark.parametrize("said", UNKNOWN_CALLS)
def test_a_reply_that_ends_in_calls_has_one_or_has_words(said: JsonObject) -> None:
    with pytest.raises(ReplyMalformed, match="it ends in calls and has none"):
        completion(message=said, finish_reason="tool_calls")
    reader = StreamReader()
    reader.read(chunk(said))
    with pytest.raises(ReplyMalformed, match="it ends in calls and has none"):
        reader.read(chunk({}, "tool_calls"))
    for more in ({"content": "a"}, {"refusal": "no"}, {"tool_calls": [piece(index=1, id="a", name="f")]}):
        assert completion(message={**said, **more}, finish_reason="tool_calls")
        reader = StreamReader()
        reader.read(chunk(said))
        reader.read(chunk(more))
        reader.read(chunk({}, "tool_calls"))
        assert reader.is_whole
    assert completion(message=said, finish_reason="stop")


def test_calls_of_two_choices_are_told_apart_too() -> None:
    reader = StreamReader()
    for index in (0, 1):
        choice = {"index": index, "delta": {"tool_calls": [piece(id="a", name="f")]}, "finish_reason": None}
        read = reader.read(json.dumps({"choices": [choice]}).encode())
        assert read is not None
        assert read["choices"][0]["delta"]["tool_calls"][0]["index"] == 0


def test_a_whole_reply_in_place_of_a_stream_is_its_one_chunk() -> None:
    calls = [{"id": "a", "function": {"name": "f", "arguments": "{}"}}, {"id": "b", "function": {"name": "g"}}]
    body = {"choices": [{"message": {"content": "hi", "tool_calls": calls}, "finish_reason": "tool_calls"}]}
    reader = StreamReader()
    (choice,) = reader.whole(json.dumps(body).encode())["choices"]
    assert [call["index"] for call in choice["delta"]["tool_calls"]] == [0, 1]
    assert (choice["delta"]["content"], choice["finish_reason"]) == ("hi", "tool_calls")
    assert reader.is_whole


def test_a_message_in_place_of_deltas_is_read_and_one_that_repeats_them_is_not() -> None:
    def said(*choices: JsonObject) -> str:
        reader = StreamReader()
        read = [reader.read(json.dumps({"choices": [choice]}).encode()) for choice in choices]
        assert reader.is_whole
        return "".join(each["choices"][0]["delta"].get("content") or "" for each in read if each is not None)

    pieces: list[JsonObject] = [{"message": {"content": "It is "}}, {"message": {"content": "fine."}}]
    assert said(*pieces, {"message": {}, "finish_reason": "stop"}) == "It is fine."
    assert said(*pieces, {"delta": None, "message": None, "finish_reason": "stop"}) == "It is fine."
    whole: JsonObject = {"message": {"role": "assistant", "content": "It is fine."}, "finish_reason": "stop"}
    assert said(whole) == "It is fine."
    assert said({"delta": {"content": "It is "}}, {"delta": {"content": "fine."}}, whole) == "It is fine."
    with pytest.raises(ReplyMalformed):
        said({"message": "text"})


@pytest.mark.parametrize("read", [read_completion, read_chunk])
def test_an_error_anywhere_in_a_body_is_one(read: Any) -> None:
    for body in (
        {"error": {"message": "no", "code": 500}},
        [{"error": {"message": "no"}}],
        {"choices": [{**CHOICE, "error": {"message": "no", "code": 502}}]},
    ):
        with pytest.raises(ReplyIsError):
            read(json.dumps(body).encode())
    assert read(json.dumps({"choices": [CHOICE], "error": None}).encode())
