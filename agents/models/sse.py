"""Server-sent events, read piece by piece however the network cuts them (WHATWG HTML, section 9.2.6).

Only `data` fields are kept: OpenAI's streams use nothing else.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator

MAX_EVENT_BYTES = 4 * 1024**2  # one event; the largest real ones carry a tool call's whole arguments
LINE_END = re.compile(rb"\r\n|\n|\r")
FIELD, END = b"data: ", b"\n\n"
BEGINNINGS = (b"data:", b"event:", b"id:", b"retry:", b":")


def are_events(body: bytes) -> bool:
    """Whether a body begins with a field of an event, or with a comment."""
    return body.removeprefix(BOM_UTF8).lstrip().startswith(BEGINNINGS)


class EventTooLarge(Exception):
    """An event has passed its limit without coming to an end."""


class EventReader:
    """Feed it bytes as they come; it yields each event's data once the event is whole."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._limit = max_event_bytes
        self._line = bytearray()
        self._data: list[bytes] = []
        self._held = 0
        self._after_return = False
        self._at_start = True

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Take in the next bytes; yield the data of every event that they end."""
        if self._is_one_event(piece):
            yield piece[len(FIELD) : -len(END)]
            return
        for line in self._lines(piece):
            if line:
                name, _, value = line.partition(b":")
                if name == b"data":
                    self._data.append(value.removeprefix(b" "))
                    self._held += len(value)
            elif self._data:
                yield b"\n".join(self._data)
                self._data, self._held = [], 0

    def _is_one_event(self, piece: bytes) -> bool:
        """Whether it is what most servers send: one event, of one line, and all of it."""
        return (
            piece.startswith(FIELD)
            and piece.endswith(END)
            and piece.count(b"\n") == len(END)
            and b"\r" not in piece
            and not (self._at_start or self._line or self._data or self._after_return)
            and len(piece) <= self._limit
        )

    def _lines(self, piece: bytes) -> Iterator[bytes]:
        """Lines that this piece ends. Only the piece is searched: many small ones cost no more than a large one."""
        if not piece:
            return
        if self._after_return:  # the line ended at CR already, and this may be its LF
            piece = piece.removeprefix(b"\n")
        self._after_return = piece.endswith(b"\r")
        *ends, rest = LINE_END.split(piece)
        for end in ends:
            self._grow(end)
            line, at_start = bytes(self._line), self._at_start
            self._at_start = False
            yield line.removeprefix(BOM_UTF8) if at_start else line
            self._line.clear()
        self._grow(rest)

    def _grow(self, more: bytes) -> None:
        """Add to the line. The limit holds however the network cuts it."""
        self._line += more
        if self._held + len(self._line) > self._limit:
            raise EventTooLarge(f"an event of more than {self._limit} bytes")
