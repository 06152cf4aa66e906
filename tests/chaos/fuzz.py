"""Inputs by hypothesis for what reads bytes of strangers: damaged forms of good ones, and whatever else is bytes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from PIL import Image

from agents.errors import PictureRejected
from agents.findings import SituationFinding
from agents.models.sse import EventReader, EventTooLarge
from agents.strict_json import JsonRejected, parse_object
from guard.config import Deployment
from service.openai.chat import ChatCompletions, deployment_name, read_chat
from service.openai.errors import WireFault
from tests.chaos.hostile_verdicts import GOOD
from tests.readers import picture_from_data_url, read_finding

Inputs = st.SearchStrategy[Any]
SETTING = Deployment(model="answers")
EVENT_BYTES = 4096  # a limit that inputs reach
TOKENS = (
    b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"\\", b"\\u0000", b"\\ud800", b"{", b"}", b"[", b"]",
    b",", b":", b"null", b"true", b"NaN", b"1e999", b"-0", b"9" * 40, b"[" * 40, b"\n", b"\r", b"\r\n", b"\n\n",
    b"data:", b"data: [DONE]", b";base64,", b"=", b"%", b"image/", b"image/svg+xml", "\u202e".encode(), "ſafe".encode(),
    b'"verdict": "safe"', b'"role": "system"', b"https://127.0.0.1/", b"file:///", b"x" * 5000,
)  # fmt: skip


def _png() -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), "white").save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


PNG = _png()
TURN = {"role": "user", "content": [{"type": "text", "text": "How?"}, {"type": "image_url", "image_url": {"url": PNG}}]}
CALL = {"id": "c", "type": "function", "function": {"name": "act", "arguments": "{}"}}
TOOL = {"type": "function", "function": {"name": "act", "description": "acts", "parameters": {"type": "object"}}}
REQUESTS = tuple(
    json.dumps(each).encode()
    for each in (
        {"model": "m", "messages": [TURN]},
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be kind."}, TURN],
            "stream": True,
            "temperature": 0.5,
        },
        {
            "model": "m",
            "messages": [
                TURN,
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "c", "content": "done"},
            ],
            "tools": [TOOL],
            "tool_choice": "auto",
            "n": 2,
            "stop": ["a", "b"],
        },
        {"model": "m", "messages": [TURN], "response_format": {"type": "json_object"}, "logprobs": True, "seed": 1},
    )
)
EVENTS = (
    b'data: {"choices": []}\n\ndata: [DONE]\n\n',
    b"\xef\xbb\xbf: hello\r\nevent: x\r\ndata: a\r\ndata: b\r\n\r\nid: 7\rdata: c\r\r",
)


@dataclass(frozen=True)
class Parser:
    """Something that reads strangers' bytes. `read` raises only what it declares, else it has crashed."""

    inputs: Inputs
    read: Callable[[Any], None]


def damaged(good: Sequence[bytes]) -> Inputs:
    """A good input with up to four places cut, replaced or filled in."""
    damage = st.tuples(st.floats(0, 1), st.integers(0, 12), st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)))
    return st.builds(_damage, st.sampled_from(good), st.lists(damage, max_size=4))


def _damage(good: bytes, places: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, instead in places:
        start = round(where * len(good))
        good = good[:start] + instead + good[start + length :]
    return good


def _json() -> Inputs:
    """Any JSON, its names those that requests and verdicts have."""
    names = st.sampled_from(
        ("model", "messages", "role", "content", "type", "text", "url", "verdict", "reason", "tools")
    )
    leaves = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(["user"])
    )
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5), max_leaves=12
    ).map(lambda value: json.dumps(value).encode())


def _read_request(raw: bytes) -> None:
    try:
        document = parse_object(raw)
        deployment_name(document)
        addresses = ChatCompletions().picture_addresses(document)
        read_chat(document, SETTING, {url: picture_from_data_url(url, where) for url, where in addresses})
    except (JsonRejected, WireFault, PictureRejected):
        return


def _read_url(raw: bytes) -> None:
    try:
        picture_from_data_url(raw.decode("utf-8", "replace"), "here")
    except PictureRejected:
        return


def _read_events(given: tuple[bytes, int]) -> None:
    """However the network cuts a stream, the events are the same."""
    raw, cut = given
    assert _events([raw]) == _events([raw[:cut], raw[cut:]]) == _events([bytes([byte]) for byte in raw])


def _events(pieces: Sequence[bytes]) -> list[bytes] | None:
    """The events; None where one was too large."""
    reader = EventReader(EVENT_BYTES)
    try:
        return [event for piece in pieces for event in reader.feed(piece)]
    except EventTooLarge:
        return None


def _read_verdict(raw: bytes) -> None:
    """What is taken for a finding says what any JSON parser reads there."""
    text = raw.decode("utf-8", "surrogateescape")
    finding = read_finding(text, SituationFinding)
    if finding is not None:
        assert json.loads(text)["verdict"].lower() == finding.verdict.value


PARSERS: Mapping[str, Parser] = {
    "request": Parser(st.one_of(damaged(REQUESTS), damaged(REQUESTS), _json(), st.binary(max_size=200)), _read_request),
    "data URL": Parser(st.one_of(damaged((PNG.encode(),)), st.binary(max_size=200)), _read_url),
    "SSE": Parser(
        st.tuples(st.one_of(damaged(EVENTS), st.binary(max_size=200)), st.integers(0, 300)),
        _read_events,
    ),
    "verdict": Parser(
        st.one_of(damaged((json.dumps(GOOD).encode(),)), _json(), st.binary(max_size=200)),
        _read_verdict,
    ),
}
