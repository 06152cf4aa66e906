"""Each check gives the canonical value, or a fault that names the field and never repeats its value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agents.errors import PictureRejected
from service.openai.errors import INVALID_VALUE, MISSING_FIELD, WireFault
from service.openai.values import (
    SHOWN_NAME,
    FieldRules,
    a_list,
    a_text,
    an_object,
    anything_up_to,
    boolean,
    integer,
    items,
    missing,
    number,
    one_of,
    shape,
    text,
    unknown,
)
from tests.scripts import picture

PART = shape("type", "text", inert=frozenset({"cache"}))

TAKEN: list[tuple[Callable[[Any, str], Any], Any]] = [
    (number(0, 2), 0),
    (number(0, 2), 2.0),
    (integer(1, 8), 8),
    (boolean, False),
    (text(3), "abc"),
    (text(3), ""),
    (text(1), "é"),  # characters are counted, not bytes
    (one_of("low", "high"), "high"),
    (anything_up_to(4), None),
    (anything_up_to(4), "ab"),
    (an_object, {}),
    (a_text, "x" * 10_000),
]
REFUSED: list[tuple[Callable[[Any, str], Any], Any]] = [
    (number(0, 2), 2.01),
    (number(0, 2), -1),
    (number(0, 2), True),
    (number(0, 2), "1"),
    (number(0, 2), None),
    (integer(1, 8), 0),
    (integer(1, 8), 9),
    (integer(1, 8), 2.5),
    (integer(0, 1), True),
    (boolean, 1),
    (boolean, "true"),
    (text(3), "abcd"),
    (text(3), 7),
    (one_of("low", "high"), "HIGH"),
    (one_of("low", "high"), ["low"]),
    (one_of("1"), 1),
    (anything_up_to(4), "abc"),
    (an_object, []),
    (a_text, None),
]


@pytest.mark.parametrize(("check", "value"), TAKEN)
def test_a_value_within_the_rule_comes_back_as_it_is(check: Callable[[Any, str], Any], value: Any) -> None:
    assert check(value, "field") is value


@pytest.mark.parametrize(("check", "value"), REFUSED)
def test_a_value_outside_the_rule_is_a_fault_that_names_the_field(check: Callable[[Any, str], Any], value: Any) -> None:
    with pytest.raises(WireFault) as caught:
        check(value, "some.field")
    assert (caught.value.fault, caught.value.param) == (INVALID_VALUE, "some.field")
    assert caught.value.message.startswith("some.field: ")


@pytest.mark.parametrize("value", [[], [1, 2, 3], {"0": 1}, "ab", None])
def test_a_list_has_its_bounds(value: Any) -> None:
    assert a_list([1], "list", least=1, most=2) == [1]
    with pytest.raises(WireFault, match="a list of 1 to 2 items"):
        a_list(value, "list", least=1, most=2)


def test_items_come_with_their_path() -> None:
    assert list(items(["a", "b"], "stop")) == [("stop[0]", "a"), ("stop[1]", "b")]


def test_a_shape_keeps_known_fields_and_drops_inert_ones_and_nulls() -> None:
    assert PART.of({"type": "text", "text": None, "cache": {}}, "part", FieldRules()) == {"type": "text"}


def test_a_shape_refuses_unknown_fields_and_drops_them_where_the_deployment_says_so() -> None:
    with pytest.raises(WireFault, match="unknown_fields: drop") as caught:
        PART.of({"type": "text", "mystery": 1}, "part", FieldRules())
    assert caught.value.param == "part.mystery"
    assert PART.of({"type": "text", "mystery": 1}, "part", FieldRules("drop")) == {"type": "text"}


def test_a_field_that_is_not_there_is_a_fault_of_its_own() -> None:
    assert (missing("model").fault, missing("model").param) == (MISSING_FIELD, "model")


def test_a_name_that_a_client_made_up_is_shown_short_and_without_control_characters() -> None:
    fault = unknown("a\r\n\x1b[31m" + "b" * 500, "")
    assert fault.param == ("a[31m" + "b" * 500)[:SHOWN_NAME]
    assert "\n" not in fault.message


def test_only_a_picture_that_was_decoded_is_one() -> None:
    green = picture("green")
    rules = FieldRules(pictures={"data:green": green})
    assert rules.picture("data:green", "here") is green
    with pytest.raises(PictureRejected) as caught:
        rules.picture("data:red", "there")
    assert caught.value.where == "there"
