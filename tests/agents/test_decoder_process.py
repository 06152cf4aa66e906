"""The protocol of the decoder process: what breaks it is never taken for a picture."""

from __future__ import annotations

import pytest

from agents.decoder_process import FrameBroken, picture_in, read_line, rejection_in, size_in


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[]", b'{"size": 1, "size": 2}', b'{"size": -2}', b'{"size": 99999999999}', b'{"size": "1"}', b"{}"],
)
def test_nonsense_from_a_decoder_is_no_picture(line: bytes) -> None:
    with pytest.raises(FrameBroken):
        size_in(read_line(line))


@pytest.mark.parametrize(
    "head",
    [{}, {"media_type": "text/html", "width": 1, "height": 1}, {"media_type": "image/png", "width": "1", "height": 1}],
)
def test_a_picture_that_is_not_described_is_none(head: dict[str, object]) -> None:
    assert rejection_in(head) is None
    with pytest.raises(FrameBroken):
        picture_in(head, b"")
