"""A client's body, read so that its length does not matter: the base64 of pictures is set aside before parsing.

What is left is text, and bounded. The base64 stays where it is, in the bytes that came. A parser would take three
times as long for it as all that is done here.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from agents.models.base import JsonObject
from agents.strict_json import JsonBounds, JsonTooLarge, parse_object

LOWER, UPPER = b"base64,", b"BASE64,"
# Either alphabet, the white space between lines of base64, and a URL's escapes: all that `agents.images` reads.
ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=% \t\r\n\f"
# JSON's escapes of these, as some encoders write them (PHP's, .NET's).
ESCAPES = {
    b"\\/": b"/",
    b"\\u002F": b"/",
    b"\\u002f": b"/",
    b"\\u002B": b"+",
    b"\\u002b": b"+",
    b"\\u003D": b"=",
    b"\\u003d": b"=",
    b"\\u000A": b"\n",
    b"\\u000a": b"\n",
    b"\\u000D": b"\r",
    b"\\u000d": b"\r",
    b"\\n": b"\n",
    b"\\r": b"\r",
    b"\\t": b"\t",
    b"\\f": b"\f",
}
LONGEST_ESCAPE = 6  # bytes
SHORT = 32 * 1024  # bytes; to parse such a body takes no longer than to look for what could be set aside
LEAST = 4096  # bytes of base64 that are worth setting aside
MOST = 256  # in one body; as many pictures as a deployment can allow
SLICE = 1024**2  # bytes that are looked at in one go, in a third of a millisecond
NAME_BYTES = 16  # of the mark that stands for what was set aside; nobody can guess it

Payload = bytes | memoryview


@dataclass(frozen=True)
class Body:
    """The document, and what was set aside of it, by the name that stands in its place."""

    document: JsonObject
    payloads: Mapping[str, Payload] = field(default_factory=dict)

    def payload(self, url: str) -> Payload | None:
        """The base64 of a data URL; None where it still stands in the URL."""
        return self.payloads.get(_behind_comma(url))

    def holds_text(self, urls: Iterable[str]) -> bool:
        """Whether something was set aside that is none of these pictures' URLs: it is text, to be read whole."""
        return bool(self.payloads) and bool(self.payloads.keys() - set(map(_behind_comma, urls)))


def read_body(raw: bytes | bytearray, bounds: JsonBounds) -> Body:
    """The body, parsed strictly; raises `JsonRejected`. In a short one nothing is set aside."""
    if len(raw) <= min(SHORT, bounds.bytes):
        return read_whole(raw, bounds)
    text, payloads = _set_aside(raw, bounds.bytes)
    return Body(parse_object(text, bounds), payloads)


def read_whole(raw: bytes | bytearray, bounds: JsonBounds) -> Body:
    """The same with nothing set aside; raises `JsonTooLarge` where it is longer than `bounds`."""
    return Body(parse_object(bytes(raw), bounds))


def _set_aside(raw: bytes | bytearray, most: int) -> tuple[bytes, dict[str, Payload]]:
    """The text with a name for each long base64 that ends a string, and what is behind each name.

    Outside a string neither could stand, so whatever the parser says of the one text, it says of the other.
    """
    view, mark = memoryview(raw), secrets.token_hex(NAME_BYTES)
    payloads: dict[str, Payload] = {}
    pieces: list[bytes | bytearray] = []
    length = copied = 0  # of the text; of `raw`, how much is in it or aside
    found, lower = _find(raw, 0, -1)
    while found < len(raw) and len(payloads) < MOST and length + found - copied <= most:
        start = found + len(LOWER)
        end = raw.find(b'"', start)
        if end < 0:
            break
        payload = _payload(view[start:end]) if end - start >= LEAST else None
        if payload is not None:
            name = f"{mark}{len(payloads):04}"
            payloads[name] = payload
            pieces += raw[copied:start], name.encode()
            length += start - copied + len(name)
            copied = end
        found, lower = _find(raw, end, lower)
    if length + len(raw) - copied > most:
        raise JsonTooLarge(most)
    return b"".join((*pieces, raw[copied:])), payloads


def _find(raw: bytes | bytearray, start: int, lower: int) -> tuple[int, int]:
    """Where base64 is announced next, and where in small letters; the end if nowhere.

    `lower` is the latter as it was found before. Capitals are looked for up to there: no place is looked through twice.
    """
    if lower < start:
        lower = _place(raw, LOWER, start, len(raw))
    return _place(raw, UPPER, start, lower), lower


def _place(raw: bytes | bytearray, words: bytes, start: int, stop: int) -> int:
    """Where words stand first, slice by slice, so that no other thread waits long; `stop` if nowhere before it."""
    places = (raw.find(words, at, min(at + SLICE + len(words) - 1, stop)) for at in range(start, stop, SLICE))
    return next((place for place in places if place >= 0), stop)


def _payload(view: memoryview) -> Payload | None:
    """The base64 that a string ends with, without escapes; None where it is something else."""
    payload: Payload = view
    if any(b"\\" in each for each in _slices(view)):
        payload = b"".join(_unescaped(view))
    return None if any(each.translate(None, ALPHABET) for each in _slices(payload)) else payload


def _unescaped(view: memoryview) -> Iterator[bytes]:
    """Slice by slice, each up to where an escape may begin that it does not hold whole."""
    place = 0
    while place < len(view):
        piece = bytes(view[place : place + SLICE])
        begun = piece.rfind(b"\\", 1 - LONGEST_ESCAPE)
        if begun > 0 and place + len(piece) < len(view):
            piece = piece[:begun]
        place += len(piece)
        for escape, sign in ESCAPES.items():
            piece = piece.replace(escape, sign)
        yield piece


def _behind_comma(url: str) -> str:
    """What stands for a data URL's base64, which holds no comma itself."""
    return url.rpartition(",")[2]


def _slices(payload: Payload) -> Iterator[bytes]:
    return (bytes(payload[start : start + SLICE]) for start in range(0, len(payload), SLICE))
