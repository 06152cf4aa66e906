"""OpenAI's shapes, read back by the openai package's own types."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from PIL import Image

from agents.conversation import ImagePart, Message, TextPart, ToolCall, user_message
from agents.images import Picture, read_picture
from agents.models.base import Chunk, Completion, JsonObject, Usage
from agents.models.openai_format import Envelope, message_to_wire, usage_to_wire, wants_usage


def picture() -> Picture:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "green").save(buffer, "PNG")
    return read_picture(buffer.getvalue(), "picture")


def test_a_single_text_stands_as_a_plain_string() -> None:
    assert message_to_wire(user_message("hello")) == {"role": "user", "content": "hello"}


def test_a_picture_goes_as_a_data_url_with_its_detail() -> None:
    shown = picture()
    wire = message_to_wire(Message("user", (ImagePart(shown, "low"), TextPart("what is it?"))))
    assert wire["content"] == [
        {"type": "image_url", "image_url": {"url": shown.data_url, "detail": "low"}},
        {"type": "text", "text": "what is it?"},
    ]


def test_a_picture_without_detail_leaves_the_choice_to_the_endpoint() -> None:
    wire = message_to_wire(Message("user", (ImagePart(picture()),)))
    assert set(wire["content"][0]["image_url"]) == {"url"}


def test_two_texts_stay_two_parts() -> None:
    wire = message_to_wire(Message("system", (TextPart("a"), TextPart("b"))))
    assert [part["text"] for part in wire["content"]] == ["a", "b"]


def test_a_turn_that_only_calls_has_no_content() -> None:
    wire = message_to_wire(Message("assistant", tool_calls=(ToolCall("c1", "open", '{"door":1}'),)))
    assert wire == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "open", "arguments": '{"door":1}'}}],
    }


def test_a_tool_s_result_names_its_call() -> None:
    wire = message_to_wire(Message("tool", (TextPart("done"),), tool_call_id="c1", name="open"))
    assert wire == {"role": "tool", "content": "done", "name": "open", "tool_call_id": "c1"}


def test_an_empty_turn_is_an_empty_string() -> None:
    assert message_to_wire(Message("user"))["content"] == ""


def test_a_completion_of_ours_is_one_to_the_official_client() -> None:
    body = Envelope("pocket").completion("hi there", Usage(5, 2), "length")
    read = ChatCompletion.model_validate(body)
    assert read.choices[0].message.content == Completion(body).text == "hi there"
    assert read.choices[0].finish_reason == "length"
    assert read.usage is not None
    assert read.usage.total_tokens == 7


def test_chunks_of_ours_share_an_id_and_add_up() -> None:
    envelope = Envelope("pocket")
    bodies = [envelope.opening(), envelope.piece("hi "), envelope.piece("you"), envelope.ending()]
    bodies.append(envelope.accounts(Usage(3, 4)))
    read = [ChatCompletionChunk.model_validate(body) for body in bodies]
    assert {chunk.id for chunk in read} == {envelope.id}
    assert "".join(Chunk(body).text for body in bodies) == "hi you"
    assert read[0].choices[0].delta.role == "assistant"
    assert read[3].choices[0].finish_reason == "stop"
    assert Chunk(bodies[-1]).usage == Usage(3, 4)


def test_two_replies_never_share_an_id() -> None:
    assert Envelope("pocket").id != Envelope("pocket").id


def test_usage_is_sent_only_where_it_is_asked_for() -> None:
    assert wants_usage({"include_usage": True})
    assert not any(wants_usage(options) for options in (None, {}, {"include_usage": "yes"}, "include_usage"))


def test_usage_tells_what_the_engine_had_in_its_cache() -> None:
    body = {"usage": {"prompt_tokens": 90, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 64}}}
    usage = Usage.of(body) + Usage.of({"usage": {"prompt_tokens": 10, "prompt_tokens_details": None}})
    assert usage == Usage(100, 5, 64)
    assert Usage.of({"usage": usage_to_wire(usage)}) == usage
    assert "companion_tokens" not in usage_to_wire(usage)
    pair = Usage(100, 5, 64, companion_tokens=95)
    assert Usage.of({"usage": usage_to_wire(pair)}) == pair


@pytest.mark.parametrize(
    ("usage", "output"),
    [
        ({"prompt_tokens": 20, "completion_tokens": 596, "total_tokens": 616}, 596),
        ({"prompt_tokens": 20, "completion_tokens": 424, "total_tokens": 1016}, 996),  # Gemini's thinking
        ({"prompt_tokens": 21, "completion_tokens": 0, "total_tokens": 81}, 60),
        ({"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 0}, 5),
        ({"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": None}, 5),
        ({"completion_tokens": 5, "total_tokens": 25}, 5),
        ({"prompt_tokens": 20, "total_tokens": 25}, 0),
    ],
)
def test_output_is_all_that_is_not_the_prompt(usage: JsonObject, output: int) -> None:
    assert Usage.of({"usage": usage}).completion_tokens == output


def test_log_probabilities_are_read_from_any_reply() -> None:
    told = [{"token": "hi", "logprob": -0.5, "bytes": None, "top_logprobs": []}]
    assert Completion(Envelope("pocket").completion("hi", Usage(), logprobs=told)).logprobs == told
    odd: Any
    for odd in (None, [], "none", {"content": None}, {"content": "none"}):
        assert Completion({"choices": [{"logprobs": odd}]}).logprobs == []
    assert Completion({}).logprobs == []
