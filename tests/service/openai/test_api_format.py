"""What every API brings in its own way, and what the gate reads of a canonical request."""

from __future__ import annotations

from typing import Any

import pytest

from agents.models.base import ModelRequest
from service.openai.api_format import ApiFormat, CanonicalRequest, EventWriter
from service.openai.chat import ChatCompletions
from tests.scripts import golf

GOLF = golf()


def request(stream: bool = False, **options: Any) -> CanonicalRequest:
    return CanonicalRequest(GOLF, options, stream)


def test_chat_completions_is_an_api_format() -> None:
    api: ApiFormat = ChatCompletions()  # mypy compares the signatures
    writer: EventWriter = api.events()
    assert api.events() is not writer  # each stream holds back its own last chunk


def test_a_stream_always_asks_the_model_for_usage() -> None:
    assert request(stream=True, seed=1).model_options == {"seed": 1, "stream_options": {"include_usage": True}}
    assert request(seed=1).model_options == {"seed": 1}


def test_as_it_is_adds_nothing_and_leaves_nothing_out() -> None:
    asked = request(temperature=0.5)
    assert asked.as_it_is == ModelRequest(GOLF.messages, {"temperature": 0.5})


def test_one_reply_is_asked_for_where_nothing_else_is_said() -> None:
    assert (request().choices, request(n=3).choices) == (1, 3)


@pytest.mark.parametrize(
    ("options", "structured"),
    [
        ({}, False),
        ({"response_format": {"type": "text"}}, False),
        ({"response_format": {"type": "json_object"}}, True),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "plan"}}}, True),
    ],
)
def test_a_client_that_parses_the_reply_is_known_by_its_response_format(options: Any, structured: bool) -> None:
    assert request(**options).structured is structured
