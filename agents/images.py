"""From bytes to a checked, normalised picture. All limits on pictures are in one table here (design law 2).

This is CPU work without clock or network, so a service can run it outside its event loop. What a decoder says about a
picture is never repeated: error texts of decoders have leaked memory addresses before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image

from agents.errors import PictureRejected
from agents.settled_pixels import is_ambiguous, settled_png

# ---- the table of limits ----
MAX_BYTES = 20 * 1024**2  # bytes a picture; what the large endpoints take
MAX_PIXELS = 25_000_000  # pixels a picture, by its header; a 0.7 MB PNG can hold 177 million, 1.7 GB decoded
MIN_SIDE = 8  # pixels; smaller pictures have crashed vision encoders, and show nothing
MAX_RATIO = 50.0  # longer side to shorter; of a longer strip nothing is left after resizing to a square
MAX_SETTLED_PIXELS = 6_000_000  # pixels after re-encoding; at 3 bytes each it stays below MAX_BYTES
# Frames: only the first is kept (`settled_pixels`), since nobody would judge what later ones show.

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
ALIASES = {"image/jpg": "image/jpeg"}  # not a registered type, but many clients send it
DATA_URL = re.compile(r"data:(?P<declared>[a-zA-Z0-9.+/-]{1,40});base64,(?P<payload>[A-Za-z0-9+/]+={0,2})")
SLICE = 64 * 1024  # bytes of a picture that are coded at one go, which takes a tenth of a millisecond
LONGEST_DATA_URL = MAX_BYTES * 4 // 3 + 100  # characters: base64 turns 3 bytes into 4, and the head is short


@dataclass(frozen=True)
class Picture:
    """One set of pixels, the same for every agent and the model. `width` and `height` in pixels."""

    data: bytes = field(repr=False)
    media_type: str
    width: int
    height: int

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def data_url(self) -> str:
        """The picture in the form that endpoints take."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"


def picture_from_data_url(url: str, where: str) -> Picture:
    """The picture that a data URL holds. `where` names the field of the request in errors."""
    data, declared = data_of_url(url, where)
    return read_picture(data, declared, where)


def data_of_url(url: str, where: str, payload: bytes | memoryview | None = None) -> tuple[bytes, str]:
    """The bytes that a data URL holds, unchecked, and the media type that it declares.

    `payload` is its base64, where that was set aside and the URL has a name in its place.
    """
    if url[:8].lower().startswith(("http://", "https://")):
        raise PictureRejected("pictures by URL are not fetched here; send a data URL", where=where)
    if len(url if payload is None else payload) > LONGEST_DATA_URL:
        raise _too_many_bytes(where)
    match = DATA_URL.fullmatch(url)
    if match is None:
        raise PictureRejected("not a data URL of a base64-encoded picture", where=where)
    try:
        data = decode_base64(match["payload"].encode() if payload is None else payload)
    except ValueError:
        raise PictureRejected("not valid base64", where=where) from None
    return data, match["declared"]


def decode_base64(payload: bytes | memoryview) -> bytes:
    """The bytes, slice by slice, so that no other thread waits long; raises `ValueError` where it is not strict."""
    slices = [payload[start : start + SLICE] for start in range(0, len(payload), SLICE)]
    if any(each[-1] == ord("=") for each in slices[:-1]):
        raise ValueError("padding within")
    return b"".join(binascii.a2b_base64(each, strict_mode=True) for each in slices)


def read_picture(data: bytes, declared: str | None, where: str) -> Picture:
    """Check the bytes against every limit and normalise them where they are ambiguous; raises `PictureRejected`.

    `declared` is the media type that came with the bytes, if one did. It must agree with them.
    """
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(where)
    form = _sniffed(data)
    if form is None:
        raise PictureRejected("the bytes are no PNG, JPEG, WebP or GIF picture", where=where)
    if declared is not None and ALIASES.get(declared.lower(), declared.lower()) != MEDIA_TYPES[form]:
        raise PictureRejected("the declared media type and the picture's bytes disagree", where=where)
    try:
        return _read(data, form, where)
    except PictureRejected:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(where) from None
    except Exception:  # noqa: BLE001 a decoder may raise anything on hostile bytes
        raise PictureRejected("the picture cannot be decoded", where=where) from None


def _read(data: bytes, form: str, where: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=(form,)) as image:
        _check_size(*image.size, where)
        image.load()
        if not is_ambiguous(image, data, form):
            return Picture(data, MEDIA_TYPES[form], *image.size)
        settled, size = settled_png(image, MAX_SETTLED_PIXELS)
    _check_size(*size, where)
    return Picture(settled, MEDIA_TYPES["PNG"], *size)


def _sniffed(data: bytes) -> str | None:
    """The format that the first bytes show, among those that are let in."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _check_size(width: int, height: int, where: str) -> None:
    if width * height > MAX_PIXELS:
        raise _too_many_pixels(where)
    shorter, longer = sorted((width, height))
    if shorter < MIN_SIDE:
        raise PictureRejected(f"a side is shorter than {MIN_SIDE} pixels", where=where)
    if longer > MAX_RATIO * shorter:
        raise PictureRejected(f"one side is more than {MAX_RATIO:g} times the other", where=where)


def _too_many_bytes(where: str) -> PictureRejected:
    return PictureRejected(f"larger than {MAX_BYTES // 1024**2} MB", where=where, too_large=True)


def _too_many_pixels(where: str) -> PictureRejected:
    return PictureRejected(f"more than {MAX_PIXELS // 10**6} million pixels", where=where, too_large=True)
