"""A picture for each plan, its id in the pixels: what an agent says of a picture belongs to one request alone."""

from __future__ import annotations

import base64
import struct
import zlib

from tests.chaos.plan import Plan

SIDE = 16  # pixels: one row of a byte's value for each byte of the id, twice


def picture_url(plan: Plan) -> str:
    """A plain PNG, whose bytes go on as they are."""
    rows = b"".join(b"\0" + bytes([value]) * SIDE for value in bytes.fromhex(plan.id) * 2)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b"")]
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()
    return f"data:image/png;base64,{data}"


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
