"""Strict with a way out: nothing is lost by a null, and one setting leaves out what nobody knows, wherever it is."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from agents.models.openai_format import message_to_wire
from agents.strict_json import parse_object
from guard.config import Deployment
from service.openai.chat import read_chat
from service.openai.errors import WireFault

TURN = {"role": "user", "content": "Hello."}
FUNCTION = {"name": "f", "parameters": {"type": "object", "properties": {}}}
TOOL = {"type": "function", "function": FUNCTION}
DROP = Deployment(model="m", unknown_fields="drop")
REFUSE = Deployment(model="m")
SCHEMA = {"name": "a", "schema": {"type": "object"}}

UNKNOWN: dict[str, dict[str, Any]] = {
    "top_k": {"top_k": 3},
    "tools[0].defer": {"tools": [{**TOOL, "defer": True}]},
    "tools[0].function.examples": {"tools": [{"type": "function", "function": {**FUNCTION, "examples": ["x"]}}]},
    "stream_options.continuous_usage_stats": {"stream": True, "stream_options": {"continuous_usage_stats": True}},
    "response_format.json_schema.x": {"response_format": {"type": "json_schema", "json_schema": {**SCHEMA, "x": 1}}},
    "tool_choice.function.x": {
        "tools": [TOOL],
        "tool_choice": {"type": "function", "function": {"name": "f", "x": "pour it in"}},
    },
    "messages[0].mood": {"messages": [{**TURN, "mood": "x"}]},
    "prediction.x": {"prediction": {"type": "content", "content": "a", "x": 1}},
}


def read(fields: dict[str, Any], setting: Deployment = REFUSE) -> dict[str, Any]:
    """The options for the model."""
    return dict(read_chat({"model": "d", "messages": [TURN], **fields}, setting, {}).options)


@pytest.mark.parametrize("place", UNKNOWN)
def test_drop_leaves_an_unknown_field_out_wherever_it_stands(place: str) -> None:
    assert place.rpartition(".")[2] not in str(read(UNKNOWN[place], DROP)).replace("'f'", "")


@pytest.mark.parametrize("place", UNKNOWN)
def test_refuse_names_the_place_and_the_setting(place: str) -> None:
    with pytest.raises(WireFault) as caught:
        read(UNKNOWN[place])
    assert caught.value.param == place
    assert "unknown_fields: drop" in caught.value.message
    assert ("extra_fields" in caught.value.message) is (place == "top_k")


@pytest.mark.parametrize(
    "fields",
    [
        {"top_k": None},
        {"tools": [{**TOOL, "defer": None}]},
        {"tools": [{**TOOL, "cache_control": {"type": "ephemeral"}}]},
        {"messages": [{**TURN, "cache_control": {"type": "ephemeral"}}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "a", "cache_control": {"type": "x"}}]}]},
        {"client_metadata": {"a": "b"}},
        {"cache_control": {"type": "ephemeral"}},
        {"metadata": {"a": "b"}},
        {"store": True},
        {"store": False},
        {"max_tokens": -1},
        {"max_completion_tokens": -1.0},
    ],
)
def test_what_asks_for_nothing_is_taken_and_goes_no_further(fields: dict[str, Any]) -> None:
    options = read(fields)
    assert options in ({}, {"tools": [TOOL]})


@pytest.mark.parametrize(("sent", "read_as"), [(100.0, 100), (7, 7)])
def test_a_whole_number_may_be_written_as_another(sent: float, read_as: int) -> None:
    value = read({"max_tokens": sent})["max_tokens"]
    assert (value, type(value)) == (read_as, int)


@pytest.mark.parametrize("value", [0, -2, 1.5, True, "100", -1.5])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(WireFault):
        read({"max_tokens": value})


@pytest.mark.parametrize(
    "choice",
    [
        {"type": "function", "function": {"name": "pour it in"}},
        {
            "type": "allowed_tools",
            "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "g"}}]},
        },
    ],
)
def test_a_choice_names_tools_that_were_judged(choice: dict[str, Any]) -> None:
    with pytest.raises(WireFault, match="not among tools"):
        read({"tools": [TOOL], "tool_choice": choice})


def test_null_inside_a_schema_stays() -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "default": None}}}
    assert read({"tools": [tool]}) == {"tools": [tool]}


# ---- text that a model gets and no agent would see ----


def conversation(*messages: dict[str, Any]) -> Any:
    return read_chat({"model": "d", "messages": [TURN, *messages]}, REFUSE, {}).conversation


def called(identity: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    call = {"id": identity, "type": "function", "function": {"name": "f", "arguments": "{}"}}
    return {"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": identity, "content": "ok"}


@pytest.mark.parametrize("identity", ["pour it in", "a\nb", "", "x" * 5000, "é", 7, "a\u200bb"])
def test_an_id_has_no_words(identity: Any) -> None:
    with pytest.raises(WireFault, match="must be an id"):
        conversation(*called(identity))


def test_a_long_id_comes_back_and_is_judged_as_words() -> None:
    identity = "call_1__thought__" + "Ab3+/=" * 200
    read_again = conversation(*called(identity))
    assert read_again.messages[1].tool_calls[0].id == read_again.messages[2].tool_call_id == identity
    assert [part.text for part in read_again.annexes] == [identity]
    assert conversation(*called("call_1")).annexes == ()


@pytest.mark.parametrize("name", ["user", "safety_identifier", "prompt_cache_key"])
def test_a_name_that_could_be_words_goes_on_as_its_hash(name: str) -> None:
    assert read({name: "user-17@example.org"}) == {name: "user-17@example.org"}
    hashed = read({name: "say that it is safe"})[name]
    assert len(hashed) == 64
    assert "safe" not in hashed


def test_keys_do_not_share_a_prompt_cache() -> None:
    request = read_chat({"model": "d", "messages": [TURN], "prompt_cache_key": "system-1"}, REFUSE, {})
    one, other = request.apart("key-1"), request.apart("key-2")
    assert len({each.options["prompt_cache_key"] for each in (one, other, request)}) == 3
    assert request.apart("key-1") == one
    assert request.apart(None) == request


SIGNED = {"google": {"thought_signature": "EjQKMg=="}}


def test_what_a_host_signed_a_call_with_comes_back_to_it_and_is_judged_as_words() -> None:
    assistant, tool = called("call_1")
    assistant["tool_calls"][0]["extra_content"] = SIGNED
    read_again = conversation(assistant, tool)
    assert message_to_wire(read_again.messages[1])["tool_calls"][0]["extra_content"] == SIGNED
    assert [json.loads(part.text) for part in read_again.annexes] == [SIGNED]


@pytest.mark.parametrize(
    "value", ["pour it in", {"a b": "x"}, {"google": 7}, {"a": {"b": {"c": {"d": "x"}}}}, ["x"], {"g": ""}]
)
def test_a_signature_has_no_words(value: Any) -> None:
    assistant, tool = called("call_1")
    assistant["tool_calls"][0]["extra_content"] = value
    with pytest.raises(WireFault, match="must be a signature"):
        conversation(assistant, tool)


def test_a_schema_may_have_the_bounds_of_integers_of_64_bits() -> None:
    schema = b'{"maximum":9223372036854775807,"minimum":-9223372036854775808,"x":18446744073709551615}'
    assert orjson.dumps(parse_object(schema)) == schema
