"""The shapes: bodies that are dear to read, at the limit of a body and at the limit of its text, and dear replies."""

from __future__ import annotations

import base64
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from service.settings import BODY_MEGABYTES, TEXT_MEGABYTES

MEGABYTE = 1024**2
BODY = BODY_MEGABYTES * MEGABYTE - 1024  # bytes; what stands around a filling fits beside it
TEXT = TEXT_MEGABYTES * MEGABYTE - 1024
PICTURES = 15  # of noise, of about 4 MB of base64 each
SIDE = 1000  # pixels of one


@dataclass(frozen=True)
class Shape:
    """A request body, made when it is its turn. Its deployment says what the model replies."""

    name: str
    make: Callable[[], bytes]


def chat(filling: bytes, deployment: str = "plain", head: bytes = b"", tail: bytes = b"") -> bytes:
    """A request whose one message has the filling as its content."""
    top = b'{"model":"' + deployment.encode() + b'",' + head + b'"messages":[{"role":"user","content":'
    return top + filling + b"}]" + tail + b"}"


def fill(unit: bytes, size: int, before: bytes = b"", after: bytes = b"") -> bytes:
    return before + unit * ((size - len(before) - len(after)) // len(unit)) + after


def text(unit: bytes, size: int) -> Callable[[], bytes]:
    """A request with a text of one unit, again and again."""
    return lambda: chat(fill(unit, size, b'"', b'"'))


def listed(unit: bytes, size: int) -> Callable[[], bytes]:
    """A request with a list of one unit, again and again."""
    return lambda: chat(fill(unit, size, b"[", b"0]"))


def counted(unit: bytes, count: int) -> Callable[[], bytes]:
    return lambda: chat(b"[" + unit * count + b"0]")


def keyed(value: bytes) -> bytes:
    return b"{" + b",".join(b'"%d":%b' % (number, value) for number in range(19_000)) + b"}"


def keys(objects: int) -> Callable[[], bytes]:
    return lambda: chat(b"[" + b",".join([keyed(b'""')] * objects) + b"]")


def messages(count: int, parts: int) -> Callable[[], bytes]:
    content = [{"type": "text", "text": "x"}] * parts
    body = {"model": "plain", "messages": [{"role": "user", "content": content}] * count}
    return lambda: json.dumps(body).encode()


def schemas() -> bytes:
    """Tools with schemas as deep and as large as they may be."""
    deep: dict[str, object] = {"enum": ["x" * 60_000]}
    for _ in range(11):
        deep = {"type": "object", "properties": {"a": deep}}
    tools = [{"type": "function", "function": {"name": f"tool{number}", "parameters": deep}} for number in range(32)]
    body = {"model": "plain", "messages": [{"role": "user", "content": "hello"}], "tools": tools}
    return json.dumps(body, separators=(",", ":")).encode()


def noise(seed: int) -> bytes:
    """The base64 of a PNG that cannot be compressed."""
    buffer = io.BytesIO()
    pixels = random.Random(seed).randbytes(SIDE * SIDE * 3)
    Image.frombytes("RGB", (SIDE, SIDE), pixels).save(buffer, "PNG", compress_level=0)
    return base64.b64encode(buffer.getvalue())


def pictures(*, escaped: bool = False, line_end: bytes = b"") -> bytes:
    """A body full of pictures, as some encoders write them if `escaped`, or in lines of 76 characters."""
    coded = [noise(seed) for seed in range(PICTURES)]
    if line_end:
        coded = [line_end.join(each[place : place + 76] for place in range(0, len(each), 76)) for each in coded]
    slash, plus = (b"\\/", b"\\u002B") if escaped else (b"/", b"+")
    urls = [b"data:image/png;base64," + each.replace(b"/", slash).replace(b"+", plus) for each in coded]
    parts = b",".join(b'{"type":"image_url","image_url":{"url":"' + url + b'"}}' for url in urls)
    return chat(b'[{"type":"text","text":"What is this?"},' + parts + b"]")


def garbage(unit: bytes = b"A") -> bytes:
    """Base64 of nothing."""
    part = b'[{"type":"image_url","image_url":{"url":"data:image/png;base64,'
    return chat(fill(unit, BODY, part, b'"}}]'))


def streamed(name: str) -> Shape:
    return Shape(f"reply, streamed: {name}", lambda: chat(b'"hello"', name, head=b'"stream":true,'))


def whole(name: str) -> Shape:
    return Shape(f"reply: {name}", lambda: chat(b'"hello"', name))


SHAPES = (
    # As large as a body may be.
    Shape("64 MB of [[[", listed(b"[", BODY)),
    Shape("64 MB of [[[]]],", listed(b"[[[]]],", BODY)),
    Shape("64 MB of [],", listed(b"[],", BODY)),
    Shape("64 MB of {},", listed(b"{},", BODY)),
    Shape('64 MB of "",', listed(b'"",', BODY)),
    Shape("64 MB of keys", lambda: chat(fill(b'"a":0,', BODY, b"{", b'"b":0}'))),
    Shape("64 MB of spaces", lambda: chat(fill(b" ", BODY, b'"', b'"'), tail=b" ")),
    Shape("64 MB of a", text(b"a", BODY)),
    Shape("64 MB of \\n", text(b"\\n", BODY)),
    Shape('64 MB of \\"', text(b'\\"', BODY)),
    Shape("64 MB of U+200B", text("\u200b".encode(), BODY)),
    Shape("64 MB of U+1F30D", text("\U0001f30d".encode(), BODY)),
    Shape("64 MB of ;base64,", text(b";base64,", BODY)),
    Shape('64 MB of ";base64,"', listed(b'";base64,",', BODY)),
    Shape("64 MB of base64 as text", lambda: chat(fill(b"A", BODY, b'"data:image/png;base64,', b'"'))),
    Shape("64 MB of base64 of nothing", garbage),
    Shape("60 MB of pictures", pictures),
    Shape("60 MB of pictures, escaped", lambda: pictures(escaped=True)),
    Shape("60 MB of pictures, in lines", lambda: pictures(line_end=b"\\r\\n")),
    Shape("64 MB of empty lines as base64", lambda: garbage(b"\\n")),
    # As much text as a body may hold.
    Shape("2 MB of a", text(b"a", TEXT)),
    Shape("2 MB of lines", text(b"some words in a line\\n", TEXT)),
    Shape("2 MB of a and one U+1F30D", lambda: chat(fill(b"a", TEXT, b'"', "\U0001f30d".encode() + b'"'))),
    Shape("2 MB of U+200B", text("\u200b".encode(), TEXT)),
    Shape("2 MB of U+007F", text(b"\x7f", TEXT)),
    Shape("2 MB of words and U+200B", text("some words in a line\u200b".encode(), TEXT)),
    Shape("2 MB of umlauts", text("ä".encode(), TEXT)),
    Shape("2 MB of \\u200b", text(b"\\u200b", TEXT)),
    Shape("2 MB of \\\\", text(b"\\\\", TEXT)),
    Shape("2 MB of digits", lambda: chat(fill(b"1", TEXT, b"0.", b"e-5"))),
    Shape("2 MB in a key", lambda: chat(fill(b"k", TEXT, b'{"', b'":1}'))),
    Shape("2 MB of [", listed(b"[", TEXT)),
    Shape("2 MB of ]", listed(b"]", TEXT)),
    Shape("19,000 lists", counted(b"[],", 19_000)),
    Shape("49,000 objects", counted(b"{},", 49_000)),
    Shape("19,000 strings", counted(b'"",', 19_000)),
    Shape("19,000 numbers", counted(b"1.5,", 19_000)),
    Shape("19,000 keys", keys(1)),
    Shape("95,000 keys in five objects", keys(5)),
    Shape("19,000 keys with lists", lambda: chat(keyed(b"[]"))),
    Shape("512 messages of 8 parts", messages(512, 8)),
    Shape("512 messages of 256 parts", messages(512, 256)),
    Shape("30,000 messages", messages(30_000, 0)),
    Shape("32 deep schemas of 60 kB", schemas),
    # For the model in this process.
    Shape("pocket: 2 MB of <", lambda: chat(fill(b"<", TEXT, b'"', b'"'), "pocket")),
    Shape("pocket: 8,000 of <", lambda: chat(fill(b"<", 8000, b'"', b'"'), "pocket")),
    # What a model can send.
    whole("cot-spaces"),
    streamed("cot-spaces"),
    whole("whole-spaces"),
    whole("whole-lists"),
    whole("whole-objects"),
    whole("whole-escapes"),
    streamed("spaces"),
    streamed("lines"),
    streamed("small"),
    streamed("empty"),
    streamed("tokens"),
    streamed("judged"),
    streamed("lists"),
)
