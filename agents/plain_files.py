"""Files of pictures by their bytes: what is left when only pieces stay that every decoder reads in the same way.

Decoders differ about gamma, colour profiles, private pieces, pieces that stand twice or in odd places, and about what
follows a picture's end. So a file is built again from an allow-list. A file of such pieces alone stays as it is, byte
for byte. Where a file is not made the way its standard says, there is no plain form, and its pixels are coded anew.

No pixels are decoded here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_CHANNELS = {0: 1, 2: 3}  # of grey and RGB, by colour type; palettes and transparency have no plain form
PNG_PIXELS = frozenset({b"IHDR", b"IDAT", b"IEND"})
EMPTY_CHUNK = 12  # bytes: length, kind and checksum
INFLATED = 1024**2  # bytes that are inflated in one go, and not kept

JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive; few decoders know the others
JPEG_PIXELS = JPEG_FRAMES | {0xC4, 0xDB, 0xDD, 0xDA, 0xD9}  # tables, restart interval, scans, the end
JPEG_NOTES = frozenset({*range(0xE0, 0xF0), 0xFE})  # application segments and comments
EOI, SOS, APP0, APP1, APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
# The one EXIF that changes nothing, in either byte order: a single entry, and it says upright. A camera's has more,
# among it a density, by which browsers make a picture smaller.
UPRIGHT_EXIF = frozenset(
    {
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x01\0\0\0\0\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0",
    }
)
# The next marker among coded pixels: there, zero follows an FF that is data, and restart markers stand alone.
MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def plain_form(data: bytes, form: str) -> bytes | None:
    """The file without all that is not on the allow-list, `data` itself where nothing is; None if it has no plain form.

    `form` is PNG, JPEG, WEBP or GIF. A GIF has none: its frames, timing and transparency are its format.
    """
    parts = {"PNG": _png_parts, "JPEG": _jpeg_parts, "WEBP": _webp_parts}.get(form)
    if parts is None:
        return None
    try:
        plain = b"".join(parts(data))
    except (ValueError, IndexError, zlib.error):
        return None
    return data if plain == data else plain


def _png_parts(data: bytes) -> Iterator[bytes]:
    chunks = list(_png_chunks(data))
    kinds = [kind for kind, _ in chunks]
    coded = [chunk for kind, chunk in chunks if kind == b"IDAT"]
    _expect(kinds[0] == b"IHDR" and kinds.count(b"IHDR") == 1 and len(coded) > 0 and len(chunks[-1][1]) == EMPTY_CHUNK)
    first = kinds.index(b"IDAT")
    _expect(kinds[first : first + len(coded)] == [b"IDAT"] * len(coded))  # decoders stop at a gap, or go on behind it
    header = _png_body(chunks[0][1])
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    # One method of compression, one of filtering, and not interlaced.
    _expect(len(header) == 13 and header[8] == 8 and header[9] in PNG_CHANNELS and header[10:] == bytes(3))
    _expect(_inflates_to(height * (1 + width * PNG_CHANNELS[header[9]]), coded))
    yield PNG_SIGNATURE
    for kind, chunk in chunks:
        if kind in PNG_PIXELS or _is_harmless(kind, _png_body(chunk)):
            _expect(zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:]))
            yield chunk
        else:
            _expect(bool(kind[0] & 0x20) or kind == b"PLTE")  # with a capital it would be needed to show the picture


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and bytes of each chunk, up to the picture's end."""
    place, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        kind = data[place + 4 : place + 8]
        end = place + EMPTY_CHUNK + int.from_bytes(data[place : place + 4])
        _expect(len(kind) == 4 and end <= len(data))
        yield kind, data[place:end]
        place = end


def _png_body(chunk: bytes) -> bytes:
    return chunk[8:-4]


def _is_harmless(kind: bytes, body: bytes) -> bool:
    """What may stay beside the pixels: that they are sRGB, as all take them to be anyway, and that they are square."""
    if kind == b"sRGB":
        return len(body) == 1
    return kind == b"pHYs" and len(body) == 9 and body[:4] == body[4:8]


def _inflates_to(length: int, coded: list[bytes]) -> bool:
    """Whether the pixels have so many bytes. Decoders differ about rows that are missing, and about bytes left over."""
    inflater = zlib.decompressobj()
    for chunk in coded:
        rest = _png_body(chunk)
        while rest and length >= 0 and not inflater.unused_data:
            length -= len(inflater.decompress(rest, INFLATED))
            rest = inflater.unconsumed_tail
    return length - len(inflater.flush()) == 0 and inflater.eof and not inflater.unused_data


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    segments = list(_jpeg_segments(data))
    frames = [segment for marker, segment in segments if marker in JPEG_FRAMES]
    # Eight bits; and without the usual ids some decoders take three components for RGB.
    _expect(len(frames) == 1 and frames[0][4] == 8 and frames[0][10::3] in {b"\x01\x02\x03", frames[0][10:11]})
    yield data[:2]
    for place, (marker, segment) in enumerate(segments):
        body = segment[4:]
        if marker == APP14 and body.startswith(b"Adobe"):
            _expect(len(body) == 12 and body[-1] == 1)  # YCbCr, as all take it to be without this segment
        elif marker in JPEG_NOTES:
            plain_jfif = marker == APP0 and place == 0 and _is_plain_jfif(body)
            if not plain_jfif and not (marker == APP1 and body in UPRIGHT_EXIF):
                continue
        else:
            _expect(marker in JPEG_PIXELS)
        yield segment


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment after the first marker, pixels with their scan, up to the picture's end."""
    place, marker = 2, 0
    while marker != EOI:
        while data[place + 1] == 0xFF:  # fill bytes
            place += 1
        _expect(data[place] == 0xFF)
        marker = data[place + 1]
        if marker == EOI:
            yield marker, data[place : place + 2]
            return
        length = int.from_bytes(data[place + 2 : place + 4])
        end = place + 2 + length
        _expect(length >= 2 and end <= len(data))
        if marker == SOS:
            found = MARKER.search(data, end)
            _expect(found is not None)
            end = found.start() if found else end
        yield marker, data[place:end]
        place = end


def _is_plain_jfif(body: bytes) -> bool:
    """JFIF's own header: pixels are square, and there is no thumbnail."""
    return len(body) == 14 and body.startswith(b"JFIF\0") and body[8:10] == body[10:12] and body[12:] == b"\0\0"


def _webp_parts(data: bytes) -> Iterator[bytes]:
    """The one chunk with pixels, without the extended container's metadata."""
    _expect(len(data) >= 20)
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    chunks = list(_webp_chunks(data[12:end]))
    kinds = [kind for kind, _ in chunks]
    coded = [chunk for kind, chunk in chunks if kind in {b"VP8 ", b"VP8L"}]
    _expect(len(coded) == 1 and {b"ALPH", b"ANIM", b"ANMF"}.isdisjoint(kinds))
    size = _webp_size(coded[0])
    if kinds[0] == b"VP8X":
        canvas = chunks[0][1][12:18]
        _expect(size == (1 + int.from_bytes(canvas[:3], "little"), 1 + int.from_bytes(canvas[3:], "little")))
        _expect(kinds.count(b"VP8X") == 1)
    else:
        _expect(kinds[0] in {b"VP8 ", b"VP8L"})
    yield b"RIFF" + (4 + len(coded[0])).to_bytes(4, "little") + b"WEBP"
    yield coded[0]


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        _expect(end <= len(data) and data[place + 8 + length : end] in {b"", b"\0"})
        yield data[place : place + 4], data[place:end]
        place = end


def _webp_size(chunk: bytes) -> tuple[int, int]:
    """Width and height as the coded pixels state them."""
    if chunk.startswith(b"VP8L"):
        _expect(chunk[8] == 0x2F)
        bits = int.from_bytes(chunk[9:13], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = int.from_bytes(chunk[14:16], "little"), int.from_bytes(chunk[16:18], "little")
    _expect(chunk[11:14] == b"\x9d\x01\x2a" and width < 0x4000 and height < 0x4000)  # higher bits ask for scaling
    return width, height


def _expect(condition: bool) -> None:
    """Raise `ValueError` where a file is not made the way its standard says, or in a way that decoders differ about."""
    if not condition:
        raise ValueError
