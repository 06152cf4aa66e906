"""Strict JSON: what other parsers quietly settle is an error here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.strict_json import MAX_DEPTH, JsonRejected, parse_json, parse_object


def reason(raw: bytes | str) -> str:
    with pytest.raises(JsonRejected) as caught:
        parse_json(raw)
    assert caught.value.__cause__ is None
    return caught.value.reason


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"{}", {}),
        (b' {"a": [1, 2.5, true, null, "x"]} ', {"a": [1, 2.5, True, None, "x"]}),
        ('"Grüße 🌍"'.encode(), "Grüße 🌍"),
        (b'"\\ud83c\\udf0d"', "🌍"),
        ("1e-400", 0.0),
        ("-0", 0),
        ("9007199254740992", 2**53),
        ('{"a":{"a":1}}', {"a": {"a": 1}}),
    ],
)
def test_plain_json_is_read(raw: bytes | str, value: Any) -> None:
    assert parse_json(raw) == value


@pytest.mark.parametrize(
    "raw", ["", " ", "{", "[1,]", "{'a':1}", "{a:1}", "01", "1 2", "tru", '"\n"', "/**/1", "+1", ".5"]
)
def test_what_is_no_json_is_refused(raw: str) -> None:
    assert reason(raw) == "not valid JSON"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"role":"user","role":"system"}', "same key twice"),
        (b'{"a":{"b":1,"\\u0062":2}}', "same key twice"),
        (b"[NaN]", "NaN is not JSON"),
        (b"Infinity", "Infinity is not JSON"),
        (b"-Infinity", "-Infinity is not JSON"),
        (b"1e999", "out of range"),
        (b"[-1e999]", "out of range"),
        (b"12345678901234567", "too many digits"),
        (b"1" * 5000, "too many digits"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b'"\xc3"', "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
    ],
)
def test_what_parsers_disagree_on_is_refused(raw: bytes, why: str) -> None:
    assert why in reason(raw)


@pytest.mark.parametrize(
    "raw",
    [
        '"\\ud800"',
        '["\\ud800"]',
        '[["\\udfff x"]]',
        '{"a":"\\ud800"}',
        '{"\\ud800":1}',
        '{"a":[[["\\ud800"]]]}',
        '[{"a":["\\udc00\\ud800"]}]',
        '["\ud800"]',
    ],
)
def test_half_a_surrogate_pair_is_refused_wherever_it_stands(raw: str) -> None:
    assert reason(raw) == "text holds half a surrogate pair"


def test_depth_is_bounded() -> None:
    assert parse_json("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None
    assert reason("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)) == "nested too deeply"
    assert reason('{"a":' * 40 + "1" + "}" * 40) == "nested too deeply"
    assert reason("[" * 200_000 + "]" * 200_000) == "nested too deeply"
    assert reason("[" * 200_000) == "nested too deeply"


def test_breadth_is_not_depth() -> None:
    assert len(parse_json("[" + ",".join(["[]"] * 5000) + "]")) == 5000


@pytest.mark.parametrize("raw", ["[]", "1", '"{}"', "null", "true"])
def test_a_document_that_must_be_an_object_is_one(raw: str) -> None:
    with pytest.raises(JsonRejected, match="a JSON object is expected"):
        parse_object(raw)
    assert parse_object('{"a":1}') == {"a": 1}


def test_a_reason_quotes_nothing_of_the_document() -> None:
    for raw in ('{"secret":1,"secret":2}', '"secret', "[secret]", '{"secret":1e999}'):
        assert "secret" not in reason(raw)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=20,
)


@given(values)
def test_whatever_json_can_say_comes_back_unchanged(value: Any) -> None:
    assert parse_json(json.dumps(value)) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value = parse_json(raw)
    except JsonRejected:
        return
    assert json.loads(raw) == value


@given(st.text(alphabet='[]{}",:\\ud80019eE+-. \n', max_size=60))
def test_any_text_of_json_s_signs_is_read_or_refused(raw: str) -> None:
    try:
        value = parse_json(raw)
    except JsonRejected:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
