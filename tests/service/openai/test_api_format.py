"""What every API brings in its own way, and what the gate reads of a canonical request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.models.base import ModelRequest
from agents.models.openai_format import Envelope
from service.openai.api_format import ApiFormat, CanonicalRequest, ReplyWriter, no_reply
from service.openai.chat import ChatCompletions, ChatReply
from service.openai.moderation import Moderations
from service.openai.responses.request import Responses
from service.openai.responses.state import ResponseState
from tests.scripts import golf

GOLF = golf()


def request(stream: bool = False, **options: Any) -> CanonicalRequest:
    return CanonicalRequest(GOLF, options, stream)


def test_every_api_is_an_api_format() -> None:
    listed: list[ApiFormat] = [ChatCompletions(), Responses(ResponseState().of("")), Moderations()]  # for mypy
    assert [api.reply_id("dec_1") for api in listed] == ["chatcmpl-dec_1", "resp_dec_1", "modr-dec_1"]
    assert listed[0].earlier({}) == listed[2].earlier({}) == (0, 0)


def test_each_reply_has_a_writer_of_its_own() -> None:
    asked = replace(request(), writer=ChatReply)
    writer: ReplyWriter = asked.writer(Envelope("guarded"))
    assert asked.writer(Envelope("guarded")) is not writer  # each stream holds back its own last chunk
    with pytest.raises(LookupError):
        no_reply(Envelope("guarded"))


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
