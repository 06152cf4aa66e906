"""Strict JSON: what other parsers quietly settle is an error here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.strict_json import MAX_DEPTH, JsonBounds, JsonRejected, JsonTooLarge, parse_json, parse_object


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
        (b"1" * 400, "out of range"),
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
    "digits", ["18446744073709551616", "-9223372036854776000", "340282366920938463463374607431768211455", "1" * 300]
)
def test_a_whole_number_beyond_64_bits_is_the_double_that_javascript_reads(digits: str) -> None:
    number = parse_json(digits)
    assert isinstance(number, float)
    assert number == float(digits)


@pytest.mark.parametrize("number", [2**64 - 1, -(2**63)])
def test_one_of_64_bits_is_exact(number: int) -> None:
    assert parse_json(str(number)) == number
    assert isinstance(parse_json(str(number)), int)


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


SMALL = JsonBounds(bytes=200, values=20, lists=5, depth=4, backslashes=60, siblings=12)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("[" + "1," * 11 + "1]", None),
        ("[" + "1," * 12 + "1]", "more than 12 values side by side"),
        ("{" + ",".join(f'"{number}":""' for number in range(12)) + "}", None),
        ("{" + ",".join(f'"{number}":""' for number in range(13)) + "}", "more than 12 values side by side"),
        ("[" + "1," * 8 + "{}," + "1," * 8 + "1]", None),
        ("[" + "1," * 8 + "{}," + "1," * 9 + "1]", "more than 20 values"),
        ('["' + "[{,:" * 40 + '"]', None),
        ('["' + '\\"[{,' * 30 + '"]', None),
        ('["\\\\",' + '"[",' * 10 + "1]", None),
        ('["\\\\",' + '"[",' * 11 + "1]", "side by side"),
        ('"' + "\\n" * 60 + '"', None),
        ('"' + "\\n" * 61 + '"', "more than 60 backslashes"),
        ("[[],[],[],[]]", None),
        ("[[],[],[],[],[]]", "more than 5 lists"),
        ('[{"a":[{}]}]', None),
        ('[{"a":[[{}]]}]', "nested too deeply"),
        ('"' + "x" * 198 + '"', None),
        ('"' + "x" * 199 + '"', "longer than 200 bytes"),
        ('"' + "ä" * 100 + '"', "longer than 200 bytes"),
        (" " * 199 + "1", None),
        ('"' * 81, "more than 20 values"),
    ],
)
def test_a_document_is_within_its_bounds_or_refused(raw: str, why: str | None) -> None:
    for form in (raw, raw.encode()):
        if why is None:
            assert parse_json(form, SMALL) == json.loads(raw)
        else:
            with pytest.raises(JsonRejected, match=why):
                parse_json(form, SMALL)


def test_what_is_too_long_is_told_apart() -> None:
    with pytest.raises(JsonTooLarge) as caught:
        parse_json(b"1" * 201, SMALL)
    assert caught.value.most_bytes == 200


BEYOND = {
    "bytes": b'"' + b"a" * JsonBounds().bytes + b'"',
    "lists": b"[" + b"[]," * JsonBounds().lists + b"0]",
    "values": b"[" + b"{}," * (JsonBounds().values // 2) + b"0]",
    "siblings": b"[" + b"0," * JsonBounds().siblings + b"0]",
    "strings": b"[" + b'"",' * JsonBounds().values + b"0]",
    "keys": b"{" + b'"":0,' * JsonBounds().values + b'"":0}',
    "depth": b"[" * 33 + b"]" * 33,
    "depth without an end": b"[" * 1_000_000,
    "ends": b"]" * 1_000_000,
}


@pytest.mark.parametrize("name", BEYOND)
def test_what_is_beyond_a_bound_is_never_parsed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.strict_json.json.loads", lambda *_, **__: pytest.fail("parsed"))
    with pytest.raises(JsonRejected):
        parse_json(BEYOND[name])


def size(value: Any) -> tuple[int, int, int]:
    """Values, lists and depth, counted on what was parsed."""
    children = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    sizes = [size(child) for child in children]
    return (
        1 + sum(values for values, _, _ in sizes),
        isinstance(value, list) + sum(lists for _, lists, _ in sizes),
        isinstance(value, dict | list) + max((depth for _, _, depth in sizes), default=0),
    )


@given(values, st.integers(1, 12), st.integers(0, 6), st.integers(1, 4))
def test_the_bounds_hold_for_any_document(value: Any, most: int, lists: int, depth: int) -> None:
    raw = json.dumps(value, ensure_ascii=False).encode()
    try:
        assert parse_json(raw, JsonBounds(values=most, lists=lists, depth=depth)) == json.loads(raw)
    except JsonRejected:
        counted = raw.count(b",") + raw.count(b"[") + raw.count(b"{") + 1
        assert counted > most or raw.count(b"[") > lists or size(value)[2] > depth
    else:
        found = size(value)
        assert found[0] <= most
        assert found[1] <= lists
        assert found[2] <= depth


@given(st.text(alphabet='[]{}",:\\a1 ', max_size=40))
def test_no_spelling_gets_past_the_bounds(raw: str) -> None:
    bounds = JsonBounds(values=4, lists=2, depth=2)
    try:
        value = parse_json(raw, bounds)
    except JsonRejected:
        return
    found = size(value)
    assert found[0] <= bounds.values
    assert found[1] <= bounds.lists
    assert found[2] <= bounds.depth
