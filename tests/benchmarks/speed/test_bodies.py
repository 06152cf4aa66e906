"""Requests are of the shape that is asked for, and no two are the same."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from benchmarks.speed.bodies import SIZES, body, picture


def test_text_and_pictures_carry_the_requests_number() -> None:
    asked = body("guarded", pictures=2, kilobytes=5)
    first, second = (json.loads(asked.numbered(number)) for number in (1, 2))
    text, *shown = first["messages"][-1]["content"]
    assert text["text"].endswith("000000000001")
    assert len({part["image_url"]["url"] for part in shown}) == 2
    others = {part["image_url"]["url"] for part in second["messages"][-1]["content"][1:]}
    assert others.isdisjoint(part["image_url"]["url"] for part in shown)
    data = base64.b64decode(shown[0]["image_url"]["url"].partition(",")[2], validate=True)
    assert b"000000000001" in data
    assert Image.open(io.BytesIO(data)).size == SIZES[5]


def test_the_same_number_is_the_same_request() -> None:
    asked = body("guarded", turns=2)
    assert asked.numbered(7) == asked.numbered(7) != asked.numbered(8)


@pytest.mark.parametrize("kilobytes", [5, 50])
def test_a_picture_has_about_the_bytes_that_it_should_have(kilobytes: int) -> None:
    assert 0.8 * kilobytes * 1000 < len(picture(kilobytes, seed=1)) <= kilobytes * 1000 + 16


def test_a_conversation_ends_with_the_person() -> None:
    messages = json.loads(body("guarded", turns=3, stream=True).numbered(0))["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2 + ["user"]
