"""The table of parameters knows all that the installed openai package can send."""

from __future__ import annotations

import typing

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsBase

from guard.config import Deployment
from service.openai.api_format import CanonicalRequest
from service.openai.chat import read_chat
from service.openai.errors import WireFault
from service.openai.parameters import PARAMETERS, Fate

TURN = {"role": "user", "content": "How?"}
SETTING = Deployment(model="small")


def read(setting: Deployment = SETTING, /, **fields: typing.Any) -> CanonicalRequest:
    return read_chat({"model": "x", "messages": [TURN], **fields}, setting, {})


def words(request: CanonicalRequest) -> list[str]:
    return [annex.text for annex in request.conversation.annexes]


def test_every_parameter_of_the_openai_package_has_a_row_and_no_other_has() -> None:
    assert set(CompletionCreateParamsBase.__annotations__) | {"stream"} == set(PARAMETERS)


def test_null_says_nothing_whatever_the_field() -> None:
    request = read(**dict.fromkeys(set(PARAMETERS) - {"messages", "model"}))
    assert request.options == {}
    assert not request.stream


@pytest.mark.parametrize("name", [name for name, row in PARAMETERS.items() if row.fate is Fate.REFUSED])
def test_a_refusal_names_the_field_and_says_why(name: str) -> None:
    with pytest.raises(WireFault) as caught:
        read(**{name: {"mode": "auto"}})
    assert caught.value.param == name
    assert len(caught.value.message) > len(name) + 10


def test_what_asks_for_nothing_is_not_refused() -> None:
    assert read(store=False, functions=[], tools=[]).options == {}


def test_text_outside_the_turns_is_judged_and_forwarded() -> None:
    tool = {"type": "function", "function": {"name": "shoot", "description": "fires", "parameters": {"type": "object"}}}
    schema = {"type": "json_schema", "json_schema": {"name": "plan", "schema": {"title": "steps"}}}
    prediction = {"type": "content", "content": [{"type": "text", "text": "first"}]}
    request = read(tools=[tool], response_format=schema, prediction=prediction, stop=["END", "STOP"])
    assert words(request) == ['shoot fires {"type":"object"}', 'plan {"title":"steps"}', "first", "END", "STOP"]
    assert request.options["tools"] == [tool]
    assert request.options["response_format"] == schema
    assert request.structured


def test_fields_beyond_openais_are_let_through_by_name_and_judged_where_they_hold_words() -> None:
    setting = Deployment(model="small", extra_fields=("top_k", "guided_regex"))
    request = read(setting, top_k=40, guided_regex="[ab]+")
    assert request.options == {"top_k": 40, "guided_regex": "[ab]+"}
    assert words(request) == ["[ab]+"]
    with pytest.raises(WireFault, match="min_p"):
        read(setting, min_p=0.1)
