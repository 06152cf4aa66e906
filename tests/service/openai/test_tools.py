"""Tools, the choice among them and reply schemas: rebuilt field by field, every word in them laid open."""

from __future__ import annotations

from typing import Any

import pytest

from service.openai.errors import UNSUPPORTED, WireFault
from service.openai.tools import (
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_SCHEMA_BYTES,
    MAX_TOOLS,
    read_response_format,
    read_tool_choice,
    read_tools,
    response_format_texts,
    tool_texts,
)


def tool(**function: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "swing", **function}}


NAMED = {"type": "function", "function": {"name": "swing"}}


@pytest.mark.parametrize(
    "listed", [[], [tool()], [tool(description="hits", parameters={"type": "object"}, strict=True), tool()]]
)
def test_tools_within_the_rules_go_on_as_they_are(listed: Any) -> None:
    assert read_tools(listed, "tools") == listed


def test_what_is_null_in_a_tool_is_left_out() -> None:
    assert read_tools([{**tool(description=None), "function": {"name": "swing", "strict": None}}], "tools") == [tool()]


def test_every_word_of_a_tool_is_laid_open() -> None:
    schema = {"type": "object", "title": "hidden words"}
    assert list(tool_texts([tool(description="hits a ball", parameters=schema), tool()])) == [
        'swing hits a ball {"type":"object","title":"hidden words"}',
        "swing {}",
    ]


BAD_TOOLS: list[tuple[Any, str]] = [
    ("swing", ""),
    ([tool()] * (MAX_TOOLS + 1), ""),
    (["swing"], "[0]"),
    ([{"type": "custom", "custom": {"name": "x"}}], "[0]"),
    ([{"function": {"name": "x"}}], "[0].type"),
    ([{**tool(), "mystery": 1}], "[0].mystery"),
    ([tool(), tool(mystery=1)], "[1].function.mystery"),
    ([{"type": "function"}], "[0].function"),
    ([{"type": "function", "function": {}}], "[0].function.name"),
    ([tool(name="n" * (MAX_NAME + 1))], "[0].function.name"),
    ([tool(description="d" * (MAX_DESCRIPTION + 1))], "[0].function.description"),
    ([tool(strict="yes")], "[0].function.strict"),
    ([tool(parameters=[])], "[0].function.parameters"),
    ([tool(parameters={"a": "x" * MAX_SCHEMA_BYTES})], "[0].function.parameters"),
]


@pytest.mark.parametrize(("listed", "place"), BAD_TOOLS)
def test_a_tool_outside_the_rules_is_refused_with_its_place(listed: Any, place: str) -> None:
    with pytest.raises(WireFault) as caught:
        read_tools(listed, "tools")
    assert caught.value.param == f"tools{place}"


ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [NAMED]}}


@pytest.mark.parametrize("choice", ["none", "auto", "required", NAMED, ALLOWED])
def test_a_choice_within_the_rules_goes_on_as_it_is(choice: Any) -> None:
    assert read_tool_choice(choice, "tool_choice") == choice


BAD_CHOICES: list[tuple[Any, str]] = [
    ("any", ""),
    (7, ""),
    ({"type": "custom", "function": {"name": "x"}}, ".type"),
    ({"type": "function"}, ".function"),
    ({"type": "function", "function": {"name": 7}}, ".function.name"),
    ({"type": "function", "function": {"name": "x", "arguments": "{}"}}, ".function.arguments"),
    ({"type": "allowed_tools", "allowed_tools": {"mode": "none", "tools": []}}, ".allowed_tools.mode"),
    ({"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": ["x"]}}, ".allowed_tools.tools[0]"),
]


@pytest.mark.parametrize(("choice", "place"), BAD_CHOICES)
def test_a_choice_outside_the_rules_is_refused_with_its_place(choice: Any, place: str) -> None:
    with pytest.raises(WireFault) as caught:
        read_tool_choice(choice, "tool_choice")
    assert caught.value.param == f"tool_choice{place}"


SCHEMA = {"type": "json_schema", "json_schema": {"name": "plan", "description": "steps", "schema": {"type": "array"}}}


@pytest.mark.parametrize("wanted", [{"type": "text"}, {"type": "json_object"}, SCHEMA])
def test_a_reply_format_within_the_rules_goes_on_as_it_is(wanted: Any) -> None:
    assert read_response_format(wanted, "response_format") == wanted


def test_every_word_of_a_reply_schema_is_laid_open() -> None:
    assert list(response_format_texts(SCHEMA)) == ['plan steps {"type":"array"}']
    assert list(response_format_texts({"type": "json_object"})) == []


BAD_FORMATS: list[tuple[Any, str]] = [
    ("text", ""),
    ({"type": "xml"}, ".type"),
    ({"type": "text", "json_schema": {"name": "plan"}}, ".json_schema"),
    ({"type": "json_schema"}, ".json_schema"),
    ({"type": "json_schema", "json_schema": {"schema": {}}}, ".json_schema.name"),
    ({"type": "json_schema", "json_schema": {"name": "plan", "schema": "x"}}, ".json_schema.schema"),
    ({"type": "json_schema", "json_schema": {"name": "plan", "mystery": 1}}, ".json_schema.mystery"),
]


@pytest.mark.parametrize(("wanted", "place"), BAD_FORMATS)
def test_a_reply_format_outside_the_rules_is_refused_with_its_place(wanted: Any, place: str) -> None:
    with pytest.raises(WireFault) as caught:
        read_response_format(wanted, "response_format")
    assert caught.value.param == f"response_format{place}"


def test_a_custom_tool_is_refused_as_not_supported() -> None:
    with pytest.raises(WireFault) as caught:
        read_tools([{"type": "custom", "custom": {"name": "x"}}], "tools")
    assert caught.value.fault is UNSUPPORTED
