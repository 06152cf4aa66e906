"""What goes out in pieces is what would go out whole."""

from __future__ import annotations

import json
import tracemalloc

import orjson
import pytest

from agents.conversation import ImagePart, Message, TextPart, user_message
from agents.images import Picture
from agents.models.base import ModelRequest
from agents.models.dialect import Dialect, request_body
from agents.models.upload import PIECE, upload


def shown(size: int) -> Picture:
    return Picture(bytes(byte % 251 for byte in range(size)), "image/png", 8, 8)


SIZES = (0, 1, 2, 3, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 2)


@pytest.mark.parametrize("sizes", [(), *((size,) for size in SIZES), SIZES])
async def test_the_pieces_are_the_request(sizes: tuple[int, ...]) -> None:
    parts = [ImagePart(shown(size), "low") for size in sizes]
    turns = (
        Message("system", (TextPart("data:image/png;base64,"),)),
        Message("user", (*parts, TextPart("ä" * 99_999))),
    )
    request = ModelRequest(turns, {"max_tokens": 5})
    sent = upload("up", request, Dialect(), stream=True)
    pieces = [piece async for piece in sent.pieces()]
    whole = b"".join(pieces)
    assert whole == orjson.dumps(request_body("up", request, Dialect(), stream=True))
    assert sent.length == len(whole)
    assert max(map(len, pieces)) <= PIECE * 4 // 3
    assert json.loads(whole)["max_tokens"] == 5


async def test_pictures_are_never_coded_whole() -> None:
    request = ModelRequest((user_message("hello", *(shown(20 * PIECE) for _ in range(10))),))
    tracemalloc.start()
    try:
        async for _ in upload("up", request, Dialect(), stream=False).pieces():
            pass
        assert tracemalloc.get_traced_memory()[1] < 10 * PIECE
    finally:
        tracemalloc.stop()
