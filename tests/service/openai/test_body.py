"""A body's pictures are set aside before it is parsed, and nothing else is."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import service.openai.body
from agents.strict_json import JsonBounds, JsonRejected, JsonTooLarge
from service.openai.body import LEAST, MOST, SHORT, SLICE, Body, read_body, read_whole

BOUNDS = JsonBounds(bytes=1000)
PAYLOAD = base64.b64encode(bytes(range(256)) * 20).decode()
HEAD = "data:image/png;base64,"


def raw(content: Any, ensure_ascii: bool = True) -> bytes:
    return json.dumps({"model": "x", "messages": content}, ensure_ascii=ensure_ascii).encode()


def restored(value: Any, body: Body) -> Any:
    """The document with what was set aside in its place again."""
    if isinstance(value, dict):
        return {restored(name, body): restored(each, body) for name, each in value.items()}
    if isinstance(value, list):
        return [restored(each, body) for each in value]
    if isinstance(value, str):
        for name, payload in body.payloads.items():
            value = value.replace(name, bytes(payload).decode())
    return value


def test_a_body_within_its_bound_is_parsed_as_it_is() -> None:
    body = read_body(raw([{"url": HEAD + "AAAA"}]), BOUNDS)
    assert body.document["messages"] == [{"url": HEAD + "AAAA"}]
    assert body.payload(HEAD + "AAAA") is None


def test_pictures_are_set_aside_and_found_by_their_urls() -> None:
    others = [PAYLOAD, PAYLOAD[4:], PAYLOAD]
    body = read_body(raw([{"url": HEAD + each} for each in others]), BOUNDS)
    urls = [each["url"] for each in body.document["messages"]]
    assert len(set(urls)) == 3
    assert all(len(url) < 100 and url.startswith(HEAD) for url in urls)
    assert [bytes(body.payload(url) or b"").decode() for url in urls] == others
    assert not body.holds_text(urls)
    assert body.holds_text(urls[1:])


@pytest.mark.parametrize("size", [SHORT - len(raw([HEAD])), SHORT + 1])
def test_in_a_short_body_nothing_is_set_aside(size: int) -> None:
    payload = ("A" * size)[: size // 4 * 4]
    body = read_body(raw([HEAD + payload]), JsonBounds())
    assert len(body.payloads) == (size > SHORT)
    assert restored(body.document["messages"], body) == [HEAD + payload]


def test_it_is_set_aside_without_a_copy() -> None:
    body = read_body(raw([HEAD + PAYLOAD]), BOUNDS)
    assert all(isinstance(payload, memoryview) for payload in body.payloads.values())


@pytest.mark.parametrize(
    "escape",
    [
        *(("/", "\\/"), ("+", "\\u002B"), ("+", "\\u002b"), ("/", "\\u002F"), ("=", "\\u003d")),
        *(("\n", "\\u000A"), ("\n", "\\u000a"), ("\r", "\\u000D"), ("\r", "\\u000d")),
    ],
)
def test_escapes_that_encoders_write_are_read(escape: tuple[str, str]) -> None:
    payload = PAYLOAD[:3000] + "\r\n" + PAYLOAD[3000:-1] + "="
    assert escape[0] in payload
    written = payload.replace(*escape).replace("\r", "\\r").replace("\n", "\\n")
    (found,) = read_body(raw([HEAD + "@"]).replace(b"@", written.encode()), BOUNDS).payloads.values()
    assert bytes(found).decode() == payload


@pytest.mark.parametrize(
    "payload",
    [
        base64.encodebytes(base64.b64decode(PAYLOAD)).decode(),
        base64.encodebytes(base64.b64decode(PAYLOAD)).decode().replace("\n", "\r\n"),
        PAYLOAD.replace("+", "-").replace("/", "_"),
        PAYLOAD.rstrip("="),
        PAYLOAD[:3000] + " \t\f" + PAYLOAD[3000:],
        PAYLOAD.replace("+", "%2B"),
    ],
)
@pytest.mark.parametrize("slice_bytes", [7, 11, SLICE])
def test_base64_is_set_aside_however_it_is_written(
    payload: str, slice_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.openai.body, "SLICE", slice_bytes)
    body = read_body(raw([HEAD + payload]), BOUNDS)
    assert [bytes(each).decode() for each in body.payloads.values()] == [payload]


@pytest.mark.parametrize(
    "head",
    ["DATA:IMAGE/PNG;BASE64,", "data:image/png; base64,", 'data:image/png;name="a,b.png";base64,'],
)
def test_a_data_url_s_head_may_be_written_in_other_ways(head: str) -> None:
    body = read_body(raw([head + PAYLOAD]), BOUNDS)
    (url,) = body.document["messages"]
    assert bytes(body.payload(url) or b"").decode() == PAYLOAD
    assert not body.holds_text([url])


@pytest.mark.parametrize(
    "text",
    [
        HEAD + PAYLOAD + ")",
        HEAD + PAYLOAD + "\\",
        HEAD + PAYLOAD + '"',
        HEAD + PAYLOAD[:2000] + "\\/" + PAYLOAD[2000:],
        HEAD + PAYLOAD[:2000] + "\\n" + PAYLOAD[2000:],
        HEAD + PAYLOAD[:2000] + "ä" + PAYLOAD[2000:],
        HEAD + PAYLOAD[:2000] + "\u2028" + PAYLOAD[2000:],
        PAYLOAD,
        "x" * 1001,
        " " * 1001,
        HEAD * 100,
        (HEAD + '"') * 100,
    ],
)
def test_everything_else_is_text_and_may_not_be_longer_than_its_bound(text: str) -> None:
    with pytest.raises(JsonTooLarge):
        read_body(raw([text]), BOUNDS)
    wide = JsonBounds(bytes=len(raw([text])) - 1)
    with pytest.raises(JsonTooLarge):
        read_body(raw([text]), wide)


def test_many_short_ones_are_text_too() -> None:
    with pytest.raises(JsonTooLarge):
        read_body(raw([HEAD + PAYLOAD[: LEAST - 1]] * 2), BOUNDS)


def test_so_many_are_set_aside_and_no_more() -> None:
    wide = JsonBounds(bytes=200 * MOST)
    assert len(read_body(raw([HEAD + PAYLOAD] * MOST), wide).payloads) == MOST
    body = read_body(raw([HEAD + PAYLOAD] * (MOST + 1)), wide)
    assert len(body.payloads) == MOST
    assert body.document["messages"][-1] == HEAD + PAYLOAD


@pytest.mark.parametrize("place", ['{{"text": "{}"}}', '{{"{}": 1}}', '["see {}"]'])
def test_what_is_set_aside_and_no_picture_s_url_is_text(place: str) -> None:
    text = b'{"messages": [' + place.format(HEAD + PAYLOAD).encode() + b"]}"
    body = read_body(text, BOUNDS)
    assert len(body.payloads) == 1
    assert body.holds_text(["https://example.org", HEAD + "AAAA"])
    with pytest.raises(JsonTooLarge):
        read_whole(text, BOUNDS)
    assert not read_whole(text, JsonBounds()).payloads


def test_what_is_no_json_stays_none() -> None:
    for before, after in ((b"{", b"}"), (b"", b""), (b'{"a":', b'"}'), (b'{"a":"', b""), (b'{"a":"\\', b'"}')):
        with pytest.raises(JsonRejected):
            read_body(before + HEAD.encode() + PAYLOAD.encode() + after, BOUNDS)


def test_strictness_stays() -> None:
    for text in ('{"a":1,"a":"@"}', '{"a":"@","a":1}', '{"a":"@","b":NaN}', '{"a":"@","b":"\\ud800"}', "\ufeff[]@"):
        with pytest.raises(JsonRejected):
            read_body(text.replace("@", HEAD + PAYLOAD).encode(), BOUNDS)


@pytest.mark.parametrize("names", [("base64",), ("BASE64",), ("base64", "BASE64")])
def test_no_place_is_looked_through_twice_for_one_spelling(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[bytes, int] = {}
    place = service.openai.body._place

    def counted(text: bytes | bytearray, words: bytes, start: int, stop: int) -> int:
        found = place(text, words, start, stop)
        seen[words] = seen.get(words, 0) + found - start
        return found

    monkeypatch.setattr(service.openai.body, "_place", counted)
    urls = [f"data:image/png;{name},{PAYLOAD}" for name in names for _ in range(5)]
    assert len(read_body(text := raw(urls), BOUNDS).payloads) == len(urls)
    assert all(looked <= len(text) for looked in seen.values())


def test_a_body_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head without an end, or with an end that is far away, is not looked for again from each place."""
    looked = 0
    find = service.openai.body._find

    def counted(text: bytes | bytearray, start: int, lower: int) -> tuple[int, int]:
        nonlocal looked
        looked += 1
        return find(text, start, lower)

    monkeypatch.setattr(service.openai.body, "_find", counted)
    for text in (b";base64," * SLICE, b'"' + b";base64," * SLICE + b'"', b'";base64,"' * SLICE):
        looked = 0
        with pytest.raises(JsonTooLarge):
            read_body(text, BOUNDS)
        assert looked < 200


words = st.text(max_size=8) | st.sampled_from([HEAD, PAYLOAD, HEAD + PAYLOAD, '\\"', ";base64,", '"', "\\", "/"])
texts = st.lists(words, max_size=3).map("".join)
documents = st.recursive(
    texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


@given(documents, st.booleans())
def test_put_back_any_document_is_what_json_reads(value: Any, ascii_only: bool) -> None:
    text = raw(value, ascii_only)
    try:
        body = read_body(text, BOUNDS)
    except JsonTooLarge:
        assert len(text) > BOUNDS.bytes
        return
    assert restored(body.document, body) == json.loads(text)
    assert len(json.dumps(body.document, ensure_ascii=False).encode()) <= 2 * BOUNDS.bytes
    assert all(len(payload) >= LEAST for payload in body.payloads.values())
