"""Replies from recorded completions: exact bodies, exact orders of events, and the same whole and streamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from agents.conversation import Message, Reasoning, TextPart, ToolCall
from agents.models.base import JsonObject, Usage
from agents.models.openai_format import Envelope
from guard.config import Deployment
from service.openai.errors import RATE_LIMITED, WireFault
from service.openai.replies import FILTERED, OwnText
from service.openai.responses.request import Responses
from service.openai.responses.state import ResponseState
from tests.service.apis import as_typed, response_events
from tests.service.recorded import PLAIN, RECORDED, call, choice, chunk, whole

ENVELOPE = Envelope("guarded", "resp_dec_1", 7)
VERDICT = {"guard": {"verdict": "safe"}}
CUSTOM = {"type": "custom", "name": "swing"}
SPACE = {"type": "namespace", "name": "body", "description": "", "tools": [{"type": "function", "name": "walk"}]}
DELTA = "response.output_text.delta"


def writer(**fields: Any) -> Any:
    request = Responses(fields.pop("held", ResponseState().of(""))).read(
        {"model": "guarded", "input": "How?", **fields}, Deployment(model="small"), {}
    )
    return request.writer(ENVELOPE)


def streamed(chunks: Sequence[JsonObject], **fields: Any) -> list[JsonObject]:
    writing = writer(**fields)
    raw = b"".join([*(writing.chunk(each) for each in chunks), writing.end(VERDICT)])
    assert raw.endswith(b"data: [DONE]\n\n")
    return response_events(raw.decode())


def kinds(events: Sequence[JsonObject]) -> list[str]:
    return [event["type"].removeprefix("response.") for event in events]


def test_a_whole_reply_has_every_field() -> None:
    body = writer(metadata={"topic": "golf"}, instructions="Be brief.", user="u").whole(PLAIN[0], VERDICT)
    as_typed(body)
    assert isinstance(body.pop("completed_at"), int)
    assert body == {
        "id": "resp_dec_1",
        "object": "response",
        "created_at": 7,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "guarded",
        "output": [
            {
                "type": "message",
                "id": "msg_dec_1_0",
                "status": "completed",
                "role": "assistant",
                "content": [
                    {"type": "output_text", "text": "Keep your head – still.\n", "annotations": [], "logprobs": []}
                ],
            }
        ],
        "usage": {
            "input_tokens": 19,
            "input_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 0},
            "output_tokens": 7,
            "output_tokens_details": {"reasoning_tokens": 2},
            "total_tokens": 26,
        },
        "service_tier": "default",
        "instructions": "Be brief.",
        "previous_response_id": None,
        "tools": [],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "text": {"format": {"type": "text"}},
        "truncation": "disabled",
        "temperature": 1.0,
        "top_p": 1.0,
        "presence_penalty": 0,
        "frequency_penalty": 0,
        "top_logprobs": 0,
        "reasoning": {"effort": None, "summary": None},
        "max_output_tokens": None,
        "max_tool_calls": None,
        "store": True,
        "background": False,
        "metadata": {"topic": "golf"},
        "safety_identifier": None,
        "prompt_cache_key": None,
        "user": "u",
        "guard": {"verdict": "safe"},
    }


def test_text_streams_in_the_one_order() -> None:
    events = streamed(PLAIN[1])
    assert kinds(events) == [
        *("created", "in_progress", "output_item.added", "content_part.added"),
        *(["output_text.delta"] * 3),
        *("output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    assert [event["delta"] for event in events if event["type"] == DELTA] == ["Keep your ", "head – ", "still.\n"]
    for event in events[:2]:
        assert (event["response"]["output"], event["response"]["usage"]) == ([], None)
        assert event["response"]["status"] == "in_progress"
        assert "guard" not in event["response"]
    assert events[2]["item"]["content"] == []
    assert events[-1]["response"]["guard"] == {"verdict": "safe"}


def test_reasoning_comes_first_as_a_summary_and_a_cut_off_reply_is_incomplete() -> None:
    events = streamed(RECORDED["thinking"][1], include=["message.output_text.logprobs"])
    assert kinds(events) == [
        *("created", "in_progress", "output_item.added", "reasoning_summary_part.added"),
        *(["reasoning_summary_text.delta"] * 2),
        *("reasoning_summary_text.done", "reasoning_summary_part.done", "output_item.done"),
        *("output_item.added", "content_part.added", "output_text.delta"),
        *("output_text.done", "content_part.done", "output_item.done", "incomplete"),
    ]
    response = events[-1]["response"]
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    thought, message = response["output"]
    assert thought == {
        "type": "reasoning",
        "id": "rs_dec_1_0",
        "summary": [{"type": "summary_text", "text": "It is a lawn."}],
    }
    assert message["status"] == "incomplete"
    (token,) = message["content"][0]["logprobs"]
    assert token["top_logprobs"] == [{"token": "Hold", "logprob": -2.5, "bytes": list(b"Hold")}]


def test_calls_come_last_each_with_its_own_id() -> None:
    events = streamed(RECORDED["tools"][1], tools=[{"type": "function", "name": "swing"}])
    called = ["output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done"]
    assert kinds(events)[9:] == [*called, *called, "completed"]
    (done,) = [event for event in events if event["type"].endswith("arguments.done") and event["name"] == "swing"]
    assert (done["item_id"], done["output_index"], done["arguments"]) == ("fc_dec_1_1", 1, '{"club":"driver"}')
    assert events[-1]["response"]["output"][1:] == [
        {
            "type": "function_call",
            "id": f"fc_dec_1_{number + 1}",
            "call_id": f"call_{number}",
            "name": name,
            "arguments": arguments,
            "status": "completed",
        }
        for number, (name, arguments) in enumerate([("swing", '{"club":"driver"}'), ("walk", '{"to":"shelf"}')])
    ]


def test_custom_tools_and_namespaces_are_called_as_the_client_knows_them() -> None:
    said = {"tool_calls": [call(0, "swing", '{"input":"hard"}'), call(1, "body__walk", "{}"), call(2, "swing", "soft")]}
    recorded = whole(choice({"content": None, **said}, "tool_calls"))
    for response in (
        writer(tools=[CUSTOM, SPACE]).whole(recorded, {}),
        streamed([chunk(said), chunk({}, "tool_calls")], tools=[CUSTOM, SPACE])[-1]["response"],
    ):
        as_typed(response)
        first, walk, second = response["output"]
        assert (first["type"], first["id"], first["input"]) == ("custom_tool_call", "ctc_dec_1_0", "hard")
        assert (walk["type"], walk["name"], walk["namespace"]) == ("function_call", "walk", "body")
        assert second["input"] == "soft"
        assert response["tools"][1]["tools"][0]["name"] == "walk"
    events = streamed([chunk(said), chunk({}, "tool_calls")], tools=[CUSTOM, SPACE])
    assert kinds(events)[2:6] == [
        *("output_item.added", "custom_tool_call_input.delta", "custom_tool_call_input.done", "output_item.done"),
    ]


@pytest.mark.parametrize("name", RECORDED)
def test_whole_and_streamed_replies_are_the_same(name: str) -> None:
    body = writer().whole(RECORDED[name][0], VERDICT)
    events = streamed(RECORDED[name][1])
    response = events[-1]["response"]
    as_typed(body)
    assert {**body, "completed_at": 0} == {**response, "completed_at": 0, "service_tier": body["service_tier"]}
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert done == response["output"]
    for added in (event for event in events if event["type"] == "response.output_item.added"):
        assert added["item"]["id"] == response["output"][added["output_index"]]["id"]


@pytest.mark.parametrize("refusal", [False, True])
def test_a_text_of_ours_is_text_or_one_refusal(refusal: bool) -> None:
    own = OwnText("Careful: glass.", Usage(), refusal)
    fields: JsonObject = {"text": {"format": {"type": "json_object"}}} if refusal else {}
    body = writer(**fields).whole(own.completion(ENVELOPE), VERDICT)
    events = streamed(list(own.chunks(ENVELOPE, include_usage=True)), **fields)
    part: JsonObject = {"type": "refusal", "refusal": "Careful: glass."}
    if not refusal:
        part = {"type": "output_text", "text": "Careful: glass.", "annotations": [], "logprobs": []}
    for response in (body, events[-1]["response"]):
        assert response["status"] == "completed"
        assert [item["content"] for item in response["output"]] == [[part]]
    assert ("refusal.delta" in kinds(events)) is refusal


@pytest.mark.parametrize("structured", [False, True])
def test_what_a_chat_says_as_content_and_refusal_at_once_is_said_once(structured: bool) -> None:
    fields: JsonObject = {"text": {"format": {"type": "json_object"}}} if structured else {}
    said = {"content": FILTERED, "refusal": FILTERED}
    body = writer(**fields).whole(whole(choice(said, "content_filter")), VERDICT)
    response = streamed([chunk(said), chunk({}, "content_filter")], **fields)[-1]["response"]
    for each in (body, response):
        assert (each["status"], each["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
        ((part,),) = [item["content"] for item in each["output"]]
        assert part["type"] == ("refusal" if structured else "output_text")


def test_a_reply_that_says_nothing_has_an_empty_message() -> None:
    body = writer().whole(whole(choice({"content": None})), {})
    as_typed(body)
    assert body["output"][0]["content"][0]["text"] == ""
    assert kinds(streamed([chunk({"role": "assistant", "content": ""}), chunk({}, "stop")]))[2:] == [
        *("output_item.added", "content_part.added", "output_text.done", "content_part.done", "output_item.done"),
        "completed",
    ]


def test_what_keeps_a_stream_open_is_an_event_that_says_so_again() -> None:
    writing = writer()
    raw = writing.keep_alive() + writing.keep_alive() + writing.chunk(PLAIN[1][1]) + writing.keep_alive()
    events = response_events((raw + writing.end({})).decode())
    assert kinds(events)[:3] == ["created", "in_progress", "in_progress"]
    assert kinds(events)[5:7] == ["output_text.delta", "in_progress"]


def test_an_error_in_a_stream_is_told_in_every_form_that_clients_look_for() -> None:
    writing = writer()
    raw = writing.chunk(PLAIN[1][1]) + writing.error(WireFault(RATE_LIMITED), "req_1")
    assert b"[DONE]" not in raw
    error, failed = response_events(raw.decode())[-2:]
    assert (error["code"], error["error"]["code"]) == ("model_rate_limited", "model_rate_limited")
    assert error["error"]["request_id"] == "req_1"
    assert failed["type"] == "response.failed"
    assert failed["response"]["status"] == "failed"
    assert failed["response"]["error"]["code"] == "rate_limit_exceeded"


def test_what_went_out_is_held_as_turns() -> None:
    held = ResponseState().of("")
    tools = [CUSTOM]
    said = {"content": "Fine.", "reasoning_content": "hm", "tool_calls": [call(0, "swing", '{"input":"hard"}')]}
    body = writer(held=held, tools=tools).whole(whole(choice(said, "tool_calls")), {})
    response = held.find(body["id"])
    assert response is not None
    assert response.items == {
        "rs_dec_1_0": Message("assistant", reasoning=Reasoning("hm", '{"reasoning_content":"hm"}')),
        "msg_dec_1_1": Message("assistant", (TextPart("Fine."),)),
        "ctc_dec_1_2": Message("assistant", tool_calls=(ToolCall("call_0", "swing", '{"input":"hard"}'),)),
    }
    assert response.asked == (Message("user", (TextPart("How?"),)),)
    assert b'"store":true' in response.body
    other = replace(ENVELOPE, id="resp_dec_2")
    assert held.find(other.id) is None


def test_nothing_is_held_where_the_request_says_so() -> None:
    held = ResponseState().of("")
    body = writer(held=held, store=False).whole(PLAIN[0], {})
    assert body["store"] is False
    assert held.find(body["id"]) is None
