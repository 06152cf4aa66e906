"""Events come out the same however the bytes were cut."""

from __future__ import annotations

import random

import pytest

from agents.models.sse import EventReader, EventTooLarge, are_events

STREAM = (
    "\ufeff: a comment\n"
    'data: {"text":"Grüße, 世界 🌍"}\n'
    "\n"
    "event: ping\r\nid: 7\r\nretry: 10\r\ndata:no space\r\n\r\n"
    "data:  two spaces\rdata: second line\r\r"
    "data\n\n"
    "data: \n\n"
    "\n\n\n"
    "database: not data\n\n"
    "data: [DONE]\n\n"
    "data: unfinished"
).encode()
EVENTS = [
    'data: {"text":"Grüße, 世界 🌍"}'.removeprefix("data: ").encode(),
    b"no space",
    b" two spaces\nsecond line",
    b"",
    b"",
    b"[DONE]",
]


def read(*pieces: bytes) -> list[bytes]:
    reader = EventReader()
    return [data for piece in pieces for data in reader.feed(piece)]


def test_a_whole_stream_at_once() -> None:
    assert read(STREAM) == EVENTS


@pytest.mark.parametrize("cut", range(len(STREAM)))
def test_cut_in_two_at_every_byte(cut: int) -> None:
    assert read(STREAM[:cut], STREAM[cut:]) == EVENTS


def test_byte_by_byte() -> None:
    assert read(*(STREAM[at : at + 1] for at in range(len(STREAM)))) == EVENTS


def test_cut_at_random_with_empty_pieces_between() -> None:
    dice = random.Random(4)
    for _ in range(200):
        cuts = sorted(dice.randrange(len(STREAM)) for _ in range(dice.randint(1, 20)))
        pieces = [STREAM[start:end] for start, end in zip([0, *cuts], [*cuts, len(STREAM)], strict=True)]
        assert read(*pieces) == EVENTS


WHOLE = b"data: whole\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([b": wait\n\n", WHOLE], [b"whole"]),
        ([b"data: one\n", WHOLE], [b"one\nwhole"]),
        ([b"event: data\nx", WHOLE], []),  # the line begins before the piece
        ([b"data: one\r", b"\r", WHOLE], [b"one", b"whole"]),
        ([WHOLE, b"data: 1\ndata: 2\n\n"], [b"whole", b"1\n2"]),
        ([WHOLE, b"data: 1\r\rdata: 2\n\n"], [b"whole", b"1", b"2"]),
        ([WHOLE, b"\xef\xbb\xbf" + WHOLE], [b"whole"]),  # a byte order mark stands at the start of a stream alone
    ],
)
def test_a_piece_that_is_one_event_is_read_like_any_other(before: list[bytes], after: list[bytes]) -> None:
    assert read(*before) == after
    assert read(*(bytes([byte]) for piece in before for byte in piece)) == after


def test_an_event_is_out_with_its_last_byte_even_where_a_return_ends_it() -> None:
    reader = EventReader()
    assert list(reader.feed(b"data: now\r\r")) == [b"now"]
    assert list(reader.feed(b"\ndata: next\r\n\r\n")) == [b"next"]


def test_an_event_without_end_is_cut_off() -> None:
    reader = EventReader(max_event_bytes=100)
    assert list(reader.feed(b"data: " + b"x" * 50 + b"\n")) == []
    with pytest.raises(EventTooLarge):
        list(reader.feed(b"data: " + b"x" * 60))


def test_many_small_events_are_not_one_large_one() -> None:
    assert len(read(*([b"data: " + b"x" * 90 + b"\n\n"] * 50))) == 50


@pytest.mark.parametrize("cut", [1, 60, 106, 107, 108])
def test_a_line_that_is_too_long_is_too_long_however_it_is_cut(cut: int) -> None:
    stream = b"data: " + b"x" * 100 + b"\n\n"
    for pieces in ([stream], [stream[:cut], stream[cut:]]):
        reader = EventReader(max_event_bytes=100)
        with pytest.raises(EventTooLarge):
            _ = [event for piece in pieces for event in reader.feed(piece)]


@pytest.mark.parametrize(
    ("body", "are"),
    [
        (STREAM, True), (b": wait\n\n", True), (b"data:{}", True), (b"event: x\n", True),
        (b"\xef\xbb\xbf\nid: 1", True),
        (b"", False), (b'{"data": 1}', False), (b'"data: 1"', False), (b"database: 1", False), (b"<html>", False),
    ],
)  # fmt: skip
def test_events_are_told_by_how_a_body_begins(body: bytes, are: bool) -> None:
    assert are_events(body) is are
