"""What the server-sent events of both APIs share."""

from __future__ import annotations

import orjson

from agents.models.base import JsonObject

DONE = b"data: [DONE]\n\n"
# Line ends to Unicode, and so to clients that cut a stream into lines with Python's `splitlines`.
LINE_ENDS = {end.encode(): f"\\u{ord(end):04x}".encode() for end in "\x85\u2028\u2029"}


def event_data(body: JsonObject) -> bytes:
    """A body as JSON that no client takes for more than one line."""
    data = orjson.dumps(body)
    if data.isascii():
        return data
    for end, escaped in LINE_ENDS.items():
        data = data.replace(end, escaped)
    return data
