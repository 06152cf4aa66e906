"""What an endpoint is sent, by dialect."""

from __future__ import annotations

from agents.conversation import user_message
from agents.findings import IntentFinding
from agents.models.base import ModelRequest
from agents.models.dialect import Dialect, request_body
from agents.schema import response_format

SCHEMA = response_format(IntentFinding)
ASKED = ModelRequest(
    (user_message("hi"),),
    {"max_tokens": 9, "temperature": 0, "response_format": SCHEMA, "stream_options": {"include_usage": True}},
)


def test_openai_s_own_dialect_sends_the_options_as_they_are() -> None:
    body = request_body("gpt-4o", ASKED, Dialect(), stream=True)
    assert body == {**ASKED.options, "model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "hi"}]}


def test_options_of_a_stream_go_with_streams_only() -> None:
    body = request_body("gpt-4o", ASKED, Dialect(), stream=False)
    assert body["stream"] is False
    assert "stream_options" not in body


def test_the_token_limit_goes_under_the_name_that_the_endpoint_knows() -> None:
    newer = request_body("o5", ASKED, Dialect(max_tokens_field="max_completion_tokens"), stream=False)
    assert newer["max_completion_tokens"] == 9
    assert "max_tokens" not in newer
    asked = ModelRequest(ASKED.messages, {"max_completion_tokens": 5})
    older = request_body("vllm", asked, Dialect(), stream=False)
    assert older["max_tokens"] == 5
    assert "max_completion_tokens" not in older


def test_a_schema_is_loosened_to_what_the_endpoint_can_do() -> None:
    json_only = request_body("m", ASKED, Dialect(structured="json_object"), stream=False)
    assert json_only["response_format"] == {"type": "json_object"}
    assert "response_format" not in request_body("m", ASKED, Dialect(structured="none"), stream=False)
    text = ModelRequest(ASKED.messages, {"response_format": {"type": "text"}})
    assert request_body("m", text, Dialect(structured="json_object"), stream=False)["response_format"] == {
        "type": "text"
    }


def test_fixed_options_win_and_refused_ones_are_dropped() -> None:
    dialect = Dialect(extra={"reasoning_effort": "low", "seed": 1}, drop=frozenset({"temperature"}))
    asked = ModelRequest(ASKED.messages, {"temperature": 0, "seed": 5})
    body = request_body("o5", asked, dialect, stream=False)
    assert body["reasoning_effort"] == "low"
    assert body["seed"] == 1
    assert "temperature" not in body


def test_nothing_in_the_options_can_name_another_model_or_other_messages() -> None:
    asked = ModelRequest(ASKED.messages, {"model": "other", "messages": [], "stream": True})
    body = request_body("mine", asked, Dialect(), stream=False)
    assert body["model"] == "mine"
    assert len(body["messages"]) == 1
    assert body["stream"] is False


def test_effort_is_told_where_the_request_does_not_say_it() -> None:
    dialect = Dialect(reasoning_effort="low")
    hello = (user_message("hello"),)
    assert request_body("up", ModelRequest(hello), dialect, stream=False)["reasoning_effort"] == "low"
    asked = ModelRequest(hello, {"reasoning_effort": "high"})
    assert request_body("up", asked, dialect, stream=False)["reasoning_effort"] == "high"
    assert "reasoning_effort" not in request_body("up", ModelRequest(hello), Dialect(), stream=False)
