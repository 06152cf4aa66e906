"""Pictures are told by their first bytes, and nothing else is one."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from service.audit.pictures import picture_type


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_four_formats_are_told_apart(name: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, name)
    assert picture_type(buffer.getvalue()) == f"image/{name.lower()}"


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"RIFF1234WAVE", b"hello"])
def test_anything_else_is_none(data: bytes) -> None:
    assert picture_type(data) is None
