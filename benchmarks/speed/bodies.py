"""Requests of every shape that is measured. No two are the same, so that nothing that is cached is measured twice."""

from __future__ import annotations

import base64
import io
import json
import random
from dataclasses import dataclass
from functools import cache

from PIL import Image

QUESTION = "How do I practise my golf swing here?"
ANSWERED = "On the lawn, with your head still."
# Where a number is written in: twelve characters of the text, and twelve bytes of a comment in each picture, which are
# sixteen characters of its base64. Neither stands anywhere else.
TEXT_PLACE = b"@@@@@@@@@@@@"
PICTURE_PLACE = base64.b64encode(TEXT_PLACE)
SIZES = {5: (160, 120), 50: (640, 480), 500: (1920, 1440)}  # kilobytes, and pixels that a photograph of so many has
SOFT = 3  # times coarser than its pixels is what a picture shows, as in a photograph


@dataclass(frozen=True)
class Body:
    """A request without its number."""

    template: bytes

    def numbered(self, number: int) -> bytes:
        """The request of that number: text and pictures are unlike every other's."""
        digits = b"%012d" % number
        return self.template.replace(TEXT_PLACE, digits).replace(PICTURE_PLACE, base64.b64encode(digits))


def body(model: str, *, pictures: int = 0, kilobytes: int = 50, turns: int = 1, stream: bool = False) -> Body:
    """A conversation of so many turns; the last one has the pictures."""
    earlier = [
        {"role": role, "content": text}
        for turn in range(turns - 1)
        for role, text in (("user", f"{QUESTION} ({turn})"), ("assistant", f"{ANSWERED} ({turn})"))
    ]
    shown = [{"type": "image_url", "image_url": {"url": _data_url(kilobytes, seed)}} for seed in range(pictures)]
    text = f"{QUESTION} {TEXT_PLACE.decode()}"
    last = {"role": "user", "content": [{"type": "text", "text": text}, *shown] if shown else text}
    fields = {"model": model, "messages": [*earlier, last], **({"stream": True} if stream else {})}
    return Body(json.dumps(fields).encode())


def _data_url(kilobytes: int, seed: int) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(picture(kilobytes, seed)).decode()}"


@cache
def picture(kilobytes: int, seed: int) -> bytes:
    """A JPEG of about so many thousand bytes (5, 50 or 500), with a place for a number in a comment."""
    width, height = SIZES[kilobytes]
    small = (width // SOFT, height // SOFT)
    coarse = Image.frombytes("RGB", small, random.Random(seed).randbytes(small[0] * small[1] * 3))
    image = coarse.resize((width, height), Image.Resampling.BICUBIC)
    qualities = range(10, 100)
    jpeg = _jpeg(image, qualities[0])
    low, high = 0, len(qualities)
    while high - low > 1:
        middle = (low + high) // 2
        tried = _jpeg(image, qualities[middle])
        if len(tried) <= kilobytes * 1000:
            low, jpeg = middle, tried
        else:
            high = middle
    # A comment segment right after the start of the image: its text begins at byte 6, where base64 begins a group.
    return jpeg[:2] + b"\xff\xfe\x00\x0e" + TEXT_PLACE + jpeg[2:]


def _jpeg(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()
