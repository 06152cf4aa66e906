"""Pictures made to harm whoever opens them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def flat_png(side: int, *, depth: int, colour: int, row_bytes: int) -> bytes:
    """A true PNG of zeros, however large, written without ever holding its pixels."""
    packer = zlib.compressobj(9)
    rows = [packer.compress(bytes(1 + row_bytes)) for _ in range(side)]
    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, 0)
    body = b"".join([*rows, packer.flush()])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def full_colour_bomb(side: int = 13_300) -> bytes:
    """Less than a megabyte, and 700 MB in memory as RGBA."""
    return flat_png(side, depth=8, colour=6, row_bytes=4 * side)


def one_bit_bomb(side: int = 30_000) -> bytes:
    """900 million pixels."""
    return flat_png(side, depth=1, colour=0, row_bytes=(side + 7) // 8)


def text_bomb() -> bytes:
    """A small picture with a compressed text of 100 MB."""
    text = chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(100_000_000)))
    return small("PNG").replace(b"IDAT", b"IDAT", 1)[:33] + text + small("PNG")[33:]


def largest() -> bytes:
    """The most that is let in: 52 million pixels, half transparent, to be laid on white and made smaller."""
    buffer = io.BytesIO()
    Image.new("RGBA", (7200, 7200), (10, 20, 30, 128)).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def small(form: str, size: tuple[int, int] = (64, 48)) -> bytes:
    """An innocent picture with some structure."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, form)
    return buffer.getvalue()


def damaged(count: int, seed: int = 11) -> Iterator[bytes]:
    """Pictures cut short or with flipped bits, of every format."""
    dice = random.Random(seed)
    forms = ("PNG", "JPEG", "WEBP", "GIF")
    for turn in range(count):
        data = bytearray(small(forms[turn % len(forms)]))
        if dice.random() < 0.4:
            del data[dice.randrange(8, len(data)) :]
        else:
            for _ in range(dice.randint(1, 12)):
                data[dice.randrange(12, len(data))] ^= 1 << dice.randrange(8)
        yield bytes(data)


def foreign() -> dict[str, bytes]:
    """Formats that Pillow would open and nobody asked for."""
    return {
        "FITS": b"SIMPLE  =                    T" + bytes(2850),
        "PSD": b"8BPS\0\x01" + bytes(6) + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3) + bytes(100),
        "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99999 99999\n",
        "J2K": b"\xff\x4f\xff\x51" + bytes(100),
        "TIFF": b"II*\0" + bytes(100),
        "BMP": b"BM" + bytes(100),
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        "ICO": b"\0\0\x01\0" + bytes(100),
        "nothing": b"",
    }
