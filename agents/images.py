"""From bytes to a checked, normalised picture. All limits on pictures are in one table here (design law 2).

This is CPU work without clock or network, so a service can run it outside its event loop. What a decoder says about a
picture is never repeated: error texts of decoders have leaked memory addresses before.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from PIL import Image, PngImagePlugin

from agents.errors import PictureRejected
from agents.plain_files import plain_form
from agents.settled_pixels import fitted, is_ambiguous, settled_png

# ---- the table of limits ----
MAX_BYTES = 20 * 1024**2  # bytes a picture; what the large endpoints take
MAX_PIXELS = 52_000_000  # pixels a picture, by its header: phones take 50 million; a 0.7 MB PNG can hold 177 million
MAX_WEBP_PIXELS = 25_000_000  # the same of a WebP, which its decoder holds three times
MIN_SIDE = 8  # pixels; smaller pictures have crashed vision encoders, and show nothing
MAX_RATIO = 50.0  # longer side to shorter; of a longer strip nothing is left after resizing to a square
# Pixels that agents and model get of a larger picture, unless a deployment's limits say otherwise. OpenAI's models fit
# one into 2,048 x 2,048, Anthropic's into 1,568 x 1,568: nothing is lost that they would have seen.
PICTURE_PIXELS = 4_000_000
MIN_PICTURE_PIXELS = 65_536  # 256 x 256
MAX_PICTURE_PIXELS = 12_000_000  # what the open models with the largest pictures take (Qwen-VL)
# Frames: only the first is kept (`settled_pixels`), since nobody would judge what later ones show.

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
ALIASES = {"image/jpg": "image/jpeg"}  # not a registered type, but many servers declare it
SLICE = 64 * 1024  # bytes of a picture that are coded at one go, which takes a tenth of a millisecond
LONGEST_DATA_URL = MAX_BYTES * 4 // 3 * 21 // 20  # characters: base64 turns 3 bytes into 4; the rest is for line breaks
SPACES = b" \t\r\n\f"  # may stand anywhere in base64 (RFC 2045, WHATWG's data URLs)
URL_SAFE = bytes.maketrans(b"-_", b"+/")  # RFC 4648's second alphabet
# What else a URL may say for a character of base64 or a line break (RFC 3986).
URL_ESCAPES = {
    b"%2B": b"+",
    b"%2b": b"+",
    b"%2F": b"/",
    b"%2f": b"/",
    b"%3D": b"=",
    b"%3d": b"=",
    b"%0A": b"",
    b"%0a": b"",
    b"%0D": b"",
    b"%0d": b"",
}

# Metadata is not used, but Pillow unpacks it and refuses the picture where it has more than a megabyte.
PngImagePlugin.MAX_TEXT_CHUNK = MAX_BYTES


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


def data_of_url(url: str, where: str, payload: bytes | memoryview | None = None) -> bytes:
    """The bytes that a data URL holds, unchecked. The media type that it declares says nothing about them.

    `payload` is its base64, where that was set aside and the URL has a name in its place.
    """
    if url[:8].lower().startswith(("http://", "https://")):
        raise PictureRejected("pictures by URL are not fetched here; send a data URL", where=where)
    if len(url if payload is None else payload) > LONGEST_DATA_URL:
        raise _too_many_bytes(where)
    head, _, text = url.partition(",")
    head = head.replace(" ", "").lower()
    if not head.startswith("data:") or not head.endswith(";base64"):
        raise PictureRejected("not a data URL of a base64-encoded picture", where=where)
    try:
        return decode_base64(text.encode() if payload is None else payload)
    except ValueError:
        raise PictureRejected("not valid base64", where=where) from None


def decode_base64(payload: bytes | memoryview) -> bytes:
    """The bytes; raises `ValueError`. Line breaks, either alphabet, missing padding and URL escapes are understood.

    It works slice by slice, so that no other thread waits long.
    """
    with suppress(ValueError):
        return _decoded(payload)  # as most encoders write it, nothing has to be taken out
    text = b"".join(bytes(each).translate(URL_SAFE, SPACES) for each in _slices(payload))
    if b"%" in text:
        for escape, sign in URL_ESCAPES.items():
            text = text.replace(escape, sign)
    if not text.endswith(b"="):
        text += b"=" * (-len(text) % 4)
    return _decoded(text)


def _decoded(text: bytes | memoryview) -> bytes:
    """The bytes of base64 in its first alphabet, padded and without spaces; raises `ValueError`."""
    if not text or len(text) % 4:
        raise ValueError("cut short")
    slices = list(_slices(memoryview(text)))
    if any(each[-1] == ord("=") for each in slices[:-1]):
        raise ValueError("padding within")
    return b"".join(binascii.a2b_base64(each, strict_mode=True) for each in slices)


def read_picture(data: bytes, where: str, max_pixels: int = PICTURE_PIXELS) -> Picture:
    """Check the bytes against every limit and normalise them where they are ambiguous; raises `PictureRejected`.

    A picture of more than `max_pixels` is made smaller here, once for all who look at it: models do it in ways of their
    own, and a picture can be made to show something else at another size.
    """
    if len(data) > MAX_BYTES:
        raise _too_many_bytes(where)
    form = _sniffed(data)
    if form is None:
        raise PictureRejected("the bytes are no PNG, JPEG, WebP or GIF picture", where=where)
    try:
        return _read(data, form, where, max_pixels)
    except PictureRejected:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(where) from None
    except Exception:  # noqa: BLE001 a decoder may raise anything on hostile bytes
        raise PictureRejected("the picture cannot be decoded", where=where) from None


def _read(data: bytes, form: str, where: str, max_pixels: int) -> Picture:
    with Image.open(io.BytesIO(data), formats=(form,)) as image:
        size = image.size
        _check_size(*size, where, MAX_WEBP_PIXELS if form == "WEBP" else MAX_PIXELS)
        target = fitted(size, max_pixels)
        if target != size:
            image.draft(image.mode, target)  # a JPEG is decoded at a half, a quarter or an eighth of its size
        if form != "JPEG":
            image.load()  # what makes it ambiguous may stand behind its pixels
        plain = plain_form(data, form) if target == size and not is_ambiguous(image) else None
        if plain is not None:
            # That a JPEG can be decoded shows at an eighth of its size, in half the time.
            image.draft(image.mode, (1, 1))
            image.load()
            return Picture(plain, MEDIA_TYPES[form], *size)
        settled, size = settled_png(image, max_pixels)
    _check_size(*size, where)
    return Picture(settled, MEDIA_TYPES["PNG"], *size)


def _slices(data: bytes | memoryview) -> Iterator[bytes | memoryview]:
    return (data[start : start + SLICE] for start in range(0, len(data), SLICE))


def _sniffed(data: bytes) -> str | None:
    """The format that the first bytes show, among those that are let in."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def _check_size(width: int, height: int, where: str, most: int = MAX_PIXELS) -> None:
    if width * height > most:
        raise _too_many_pixels(where, most)
    shorter, longer = sorted((width, height))
    if shorter < MIN_SIDE:
        raise PictureRejected(f"a side is shorter than {MIN_SIDE} pixels", where=where)
    if longer > MAX_RATIO * shorter:
        raise PictureRejected(f"one side is more than {MAX_RATIO:g} times the other", where=where)


def _too_many_bytes(where: str) -> PictureRejected:
    return PictureRejected(f"larger than {MAX_BYTES // 1024**2} MB", where=where, too_large=True)


def _too_many_pixels(where: str, most: int = MAX_PIXELS) -> PictureRejected:
    return PictureRejected(f"more than {most // 10**6} million pixels", where=where, too_large=True)
