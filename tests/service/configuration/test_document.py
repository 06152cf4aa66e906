"""Documents: stated, changed and compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.config_file import Starter, parse_config, starter_text
from guard.errors import ConfigRejected
from service.configuration.document import Difference, as_patch, checked, differences, digest, merged, stated
from tests.service.configuration.settings import config, document

KEYS = st.sampled_from("abc")
DOCUMENTS: Any = st.recursive(
    st.integers() | st.sampled_from(["x", "y"]) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("starter", list(Starter))
def test_what_is_stated_means_the_same_when_it_is_read_back(starter: Starter) -> None:
    written = parse_config(starter_text(starter).encode(), "starter")
    assert checked(stated(written)) == written
    assert stated(checked(stated(written))) == stated(written)


def test_deployments_keep_their_order() -> None:
    two = {"second": {"model": "small"}, "first": {"model": "small"}}
    assert list(checked({**document(), "deployments": two}).deployments) == ["second", "first"]


def test_defaults_are_not_stated_and_layout_is_no_part_of_the_digest() -> None:
    assert stated(config()) == document()
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1})


def test_a_wrong_change_is_refused_with_its_field_and_without_a_line() -> None:
    with pytest.raises(ConfigRejected) as caught:
        checked(document(agents={"visul": False}))
    assert str(caught.value).startswith("the change: deployments.kitchen.agents.visul: ")
    assert "did you mean `visual`?" in str(caught.value)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"a": {"b": 2}}, {"a": {"b": 2, "c": 1}, "d": 1}),
        ({"a": None}, {"d": 1}),
        ({"e": {"f": None}}, {"a": {"b": 1, "c": 1}, "d": 1, "e": {}}),
        ({"d": {"x": 1}}, {"a": {"b": 1, "c": 1}, "d": {"x": 1}}),
        ({"a": [1]}, {"a": [1], "d": 1}),
        ({"a": False}, {"a": {"b": 1, "c": 1, "enabled": False}, "d": 1}),
        ({}, {"a": {"b": 1, "c": 1}, "d": 1}),
    ],
)
def test_a_patch_changes_what_it_names(patch: dict[str, Any], expected: dict[str, Any]) -> None:
    assert merged({"a": {"b": 1, "c": 1}, "d": 1}, patch) == expected


@given(st.dictionaries(KEYS, DOCUMENTS, max_size=3), st.dictionaries(KEYS, DOCUMENTS, max_size=3))
def test_a_patch_applied_twice_changes_nothing_more(before: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merged(before, patch)
    assert merged(once, patch) == once


def test_dotted_settings_become_one_patch() -> None:
    given_settings = [("agents.visual", False), ("agents.model", "small"), ("mode", "shadow"), ("mode", "off")]
    assert as_patch(given_settings) == {"agents": {"visual": False, "model": "small"}, "mode": "off"}


def test_differences_are_lines_that_a_person_reads() -> None:
    before, after = config(), config(agents={"visual": False}, actions={"unsafe": "refuse"})
    assert list(map(str, differences(before, after))) == [
        "deployments.kitchen.agents.visual.enabled: true → false",
        'deployments.kitchen.actions.unsafe: "warn" → "refuse"',
    ]
    assert differences(before, before) == []
    two = checked({**document(), "deployments": {**document()["deployments"], "garden": {"model": "small"}}})
    assert list(map(str, differences(before, two))) == ["deployments.garden: added"]
    assert list(map(str, differences(two, before))) == ["deployments.garden: removed"]


def test_a_text_with_an_arrow_in_it_is_one_value() -> None:
    before, after = config(policy="a: b → c"), config(policy="d → e")
    assert differences(before, after) == [Difference("deployments.kitchen.policy", '"a: b → c"', '"d → e"')]
