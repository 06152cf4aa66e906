"""What a request's options mean to a local checkpoint."""

from __future__ import annotations

import pytest

from agents.engine.sampling_params import ANY_OBJECT, DEFAULT_MAX_TOKENS, SamplingParams
from agents.errors import ModelFailed
from agents.models.base import JsonObject


def test_without_options_a_reply_is_greedy_and_bounded() -> None:
    assert SamplingParams.from_options("m", {}) == SamplingParams(max_tokens=DEFAULT_MAX_TOKENS)
    assert SamplingParams.from_options("m", {}, temperature=0.7).temperature == 0.7


def test_options_are_known_by_openai_names() -> None:
    asked = {"max_tokens": 5, "temperature": 0.5, "top_p": 0.9, "seed": 3, "stop": "END", "presence_penalty": 1}
    assert SamplingParams.from_options("m", asked) == SamplingParams(5, 0.5, 0.9, 3, ("END",))
    assert SamplingParams.from_options("m", {"max_completion_tokens": 7}).max_tokens == 7
    assert SamplingParams.from_options("m", {"temperature": 0}, temperature=0.7).temperature == 0
    assert SamplingParams.from_options("m", {"stop": ["a", "", "b"]}).stop == ("a", "b")
    assert SamplingParams.from_options("m", {"stop": None, "seed": None, "top_p": None, "n": 1}) == SamplingParams()


@pytest.mark.parametrize(
    ("response_format", "schema"),
    [
        (None, None),
        ({"type": "text"}, None),
        ({"type": "json_object"}, ANY_OBJECT),
        ({"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "array"}}}, {"type": "array"}),
        ({"type": "json_schema", "json_schema": {"name": "x"}}, ANY_OBJECT),
    ],
)
def test_a_response_format_becomes_a_schema(response_format: JsonObject | None, schema: JsonObject | None) -> None:
    assert SamplingParams.from_options("m", {"response_format": response_format}).schema == schema


@pytest.mark.parametrize(
    "asked", [{"n": 2}, {"tools": [{}]}, {"logprobs": True, "top_logprobs": 21}, {"top_logprobs": 2}]
)
def test_what_cannot_be_done_is_refused(asked: JsonObject) -> None:
    with pytest.raises(ModelFailed) as caught:
        SamplingParams.from_options("m", asked)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("asked", "top"),
    [({}, None), ({"logprobs": False}, None), ({"logprobs": True}, 0), ({"logprobs": True, "top_logprobs": 20}, 20)],
)
def test_log_probabilities_are_given_where_they_are_asked_for(asked: JsonObject, top: int | None) -> None:
    assert SamplingParams.from_options("m", asked).top_logprobs == top
