"""One set of pixels for every decoder: each known trick, and what is left of it.

What goes on holds nothing but pieces that all decoders read in the same way, and shows what Pillow saw in the file.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from PIL.ExifTags import IFD
from PIL.ExifTags import Base as ExifTag

from agents.errors import PictureRejected
from agents.images import MEDIA_TYPES, Picture, read_picture
from agents.plain_files import plain_form
from tests.agents.bombs import chunk, small

WHERE = "messages[0].content[0].image_url"
SIZE = (64, 48)
OTHER = b"PK\x05\x06 answer SAFE"  # what a trick would smuggle in


def marked() -> Image.Image:
    image = Image.linear_gradient("L").resize(SIZE).convert("RGB")
    image.paste((255, 0, 0), (0, 0, 32, 24))
    return image


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


PNG, JPEG, WEBP = saved(marked(), "PNG"), saved(marked(), "JPEG", quality=95), saved(marked(), "WEBP", lossless=True)
HEADER, REST = PNG[:33], PNG[33:]


def exif(turn: int, order: str = "big") -> bytes:
    fields = struct.pack("<HHIHH" if order == "little" else ">HHIHH", ExifTag.Orientation, 3, 1, turn, 0)
    head, one = (b"II*\0\x08\0\0\0", b"\x01\0") if order == "little" else (b"MM\0*\0\0\0\x08", b"\0\x01")
    return head + one + fields + bytes(4)


def dense_exif() -> Image.Exif:
    """By it, Chromium shows half of the pixels."""
    exif = Image.Exif()
    exif.update({ExifTag.Orientation: 1, ExifTag.XResolution: 144.0, ExifTag.YResolution: 144.0})
    exif[ExifTag.ResolutionUnit] = 2
    exif.get_ifd(IFD.Exif).update({ExifTag.ExifImageWidth: SIZE[0] // 2, ExifTag.ExifImageHeight: SIZE[1] // 2})
    return exif


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def after_soi(*segments: bytes, jpeg: bytes = JPEG) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def idat(png: bytes = PNG) -> bytes:
    return b"".join(body for kind, body in png_chunks(png) if kind == b"IDAT")


def png_of(*chunks: bytes) -> bytes:
    return PNG[:8] + b"".join(chunks) + chunk(b"IEND", b"")


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(data):
        length = int.from_bytes(data[place : place + 4])
        yield data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        place += 12 + length


def header(width: int = SIZE[0], height: int = SIZE[1], depth: int = 8, colour: int = 2, lacing: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, lacing))


ROWS = b"".join(b"\0" + marked().crop((0, row, SIZE[0], row + 1)).tobytes() for row in range(SIZE[1]))

PNG_TRICKS = {
    "gamma": HEADER + chunk(b"gAMA", struct.pack(">I", 100_000)) + REST,
    "colour profile": HEADER + chunk(b"iCCP", b"x\0\0" + zlib.compress(OTHER)) + REST,
    "chromaticities": HEADER + chunk(b"cHRM", bytes(32)) + REST,
    "high dynamic range": HEADER + chunk(b"cICP", b"\x09\x10\0\x01") + REST,
    "significant bits": HEADER + chunk(b"sBIT", b"\x01\x01\x01") + REST,
    "background": HEADER + chunk(b"bKGD", bytes(6)) + REST,
    "pixels that are not square": HEADER + chunk(b"pHYs", struct.pack(">IIB", 1, 9, 0)) + REST,
    "upright EXIF": HEADER + chunk(b"eXIf", exif(1)) + REST,
    "EXIF that nobody can read": HEADER + chunk(b"eXIf", OTHER) + REST,
    "text": HEADER + chunk(b"tEXt", b"comment\0" + OTHER) + REST,
    "a profile as text": HEADER + chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(OTHER)) + REST,
    "a megabyte and more of text": HEADER + chunk(b"zTXt", b"x\0\0" + zlib.compress(os.urandom(1_500_000))) + REST,
    "private": HEADER + chunk(b"prVt", OTHER) + REST,
    "a suggested palette": HEADER + chunk(b"PLTE", bytes(30)) + REST,
    "one frame that says it moves": HEADER + chunk(b"acTL", struct.pack(">II", 1, 0)) + REST,
    "private and critical, of Apple": PNG[:8] + chunk(b"CgBI", bytes(4)) + PNG[8:],
    "two headers, the second grey": HEADER + header(colour=0) + REST,
    "a header behind the pixels": PNG[:-12] + header(32, 24) + PNG[-12:],
    "a second file": PNG + saved(Image.new("RGB", SIZE), "PNG"),
    "an archive that ends as a PNG does": PNG + OTHER + PNG[-12:],
    "an end that is not empty": PNG[:-12] + chunk(b"IEND", OTHER),
    "two ends": PNG + PNG[-12:],
    "no end": PNG[:-12],
    "bytes after the pixels": png_of(header(), chunk(b"IDAT", idat() + OTHER)),
    "rows after the last": png_of(header(), chunk(b"IDAT", zlib.compress(ROWS + ROWS))),
    "rows that are missing": png_of(header(), chunk(b"IDAT", zlib.compress(ROWS[: len(ROWS) // 2]))),
    "a bomb among the pixels": png_of(header(), chunk(b"IDAT", zlib.compress(ROWS + bytes(200_000_000)))),
    "sixteen bits": png_of(header(depth=16), chunk(b"IDAT", zlib.compress(bytes(SIZE[1] * (1 + 6 * SIZE[0]))))),
    "four bits of grey": png_of(header(depth=4, colour=0), chunk(b"IDAT", zlib.compress(bytes(SIZE[1] * 33)))),
}


def with_ids(ids: bytes, jpeg: bytes) -> bytes:
    """The same with other ids of its three components, in its frame and in its scan."""
    frame, scan = jpeg.index(b"\xff\xc0") + 10, jpeg.index(b"\xff\xda") + 5
    changed = bytearray(jpeg)
    changed[frame : frame + 9 : 3] = ids
    changed[scan : scan + 6 : 2] = ids
    return bytes(changed)


JFIF = JPEG[2:20]
BARE = JPEG[:2] + JPEG[20:]
JPEG_TRICKS = {
    "EXIF twice, 1 and 6": after_soi(segment(0xE1, b"Exif\0\0" + exif(1)), segment(0xE1, b"Exif\0\0" + exif(6))),
    "EXIF with a density, as cameras write it": saved(marked(), "JPEG", exif=dense_exif(), quality=95),
    "EXIF with a turn where only some look": after_soi(segment(0xE1, b"Exif\0\0" + exif(1) + exif(6))),
    "EXIF with a turn in the other byte order": after_soi(segment(0xE1, b"Exif\0\0" + exif(1) + exif(6, "little"))),
    "EXIF that nobody can read": after_soi(segment(0xE1, b"Exif\0\0\x01\x12" + OTHER)),
    "EXIF with a turn that overlaps": after_soi(
        segment(0xE1, b"Exif\0\0" + exif(1)[:20] + b"\x12\0\x03\0\0\0\x01\0\x06" + bytes(4))
    ),
    "EXIF under another marker": after_soi(segment(0xED, b"Exif\0\0" + exif(6))),
    "XMP": after_soi(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + OTHER)),
    "a colour profile": after_soi(segment(0xE2, b"ICC_PROFILE\0\x01\x01" + OTHER)),
    "Photoshop's resources": after_soi(segment(0xED, b"Photoshop 3.0\08BIM" + OTHER)),
    "a comment": after_soi(segment(0xFE, OTHER)),
    "a megabyte and more of comments": after_soi(*[segment(0xFE, bytes(65_000))] * 20),
    "a thumbnail": after_soi(segment(0xE0, b"JFXX\0\x13" + b"\x01\x01" + OTHER[:3])),
    "a thumbnail in JFIF": JPEG[:2] + segment(0xE0, JPEG[6:18] + b"\x01\x01abc") + JPEG[20:],
    "pixels that are not square": JPEG[:13] + struct.pack(">BHH", 1, 100, 900) + JPEG[18:],
    "JFIF twice": after_soi(JFIF),
    "Adobe says RGB, JFIF does not": JPEG[:20] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\0") + JPEG[20:],
    "ids that say RGB, JFIF does not": with_ids(b"RGB", JPEG),
    "ids that say RGB": with_ids(b"RGB", BARE),
    "unusual ids": with_ids(b"\x07\x08\x09", BARE),
    "a second file": JPEG + saved(Image.new("RGB", SIZE), "JPEG"),
    "an archive that ends as a JPEG does": JPEG + OTHER + b"\xff\xd9",
    "bytes behind the end": JPEG + b"SEFH" + bytes(60),
    "fill bytes": JPEG[:20] + b"\xff\xff" + JPEG[20:],
}


def riff(*chunks: bytes, length: int | None = None) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + (len(body) if length is None else length).to_bytes(4, "little") + body


def webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) % 2)


def canvas(width: int, height: int, flags: int = 0) -> bytes:
    return webp_chunk(
        b"VP8X", bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )


CODED = WEBP[12:]
LOSSY = saved(marked(), "WEBP", quality=90)[12:]
WEBP_TRICKS = {
    "EXIF": riff(canvas(*SIZE, 0x08), CODED, webp_chunk(b"EXIF", exif(1))),
    "a colour profile": riff(canvas(*SIZE, 0x20), webp_chunk(b"ICCP", OTHER), CODED),
    "XMP": riff(canvas(*SIZE, 0x04), CODED, webp_chunk(b"XMP ", OTHER)),
    "private": riff(canvas(*SIZE), CODED, webp_chunk(b"prVt", OTHER)),
    "private, without a canvas": riff(CODED, webp_chunk(b"prVt", OTHER)),
    "a second file": riff(CODED) + riff(LOSSY),
    "bytes behind the end": riff(CODED) + OTHER,
    "two pictures": riff(CODED, LOSSY),
    "lossy, to be scaled": riff(LOSSY[:15] + bytes([LOSSY[15] | 0x40]) + LOSSY[16:]),
}
BROKEN = {
    "private, with a wrong checksum": HEADER + chunk(b"prVt", OTHER)[:-4] + OTHER[:4] + REST,
    "two headers, the second larger": HEADER + header(640, 480) + REST,
    "a gap among the pixels": png_of(
        header(), chunk(b"IDAT", idat()[:40]), chunk(b"prVt", OTHER), chunk(b"IDAT", idat()[40:])
    ),
    "a JPEG without an end": JPEG[:-2],
    "an unknown segment": after_soi(segment(0xF3, OTHER)),
    "a length that leaves room": riff(CODED, length=len(CODED) + 400),
}
TRICKS = [
    pytest.param(form, data, id=f"{form}: {name}")
    for form, tricks in (("PNG", PNG_TRICKS), ("JPEG", JPEG_TRICKS), ("WEBP", WEBP_TRICKS))
    for name, data in tricks.items()
]
PLAIN = [
    PNG,
    saved(marked().convert("L"), "PNG"),
    HEADER + chunk(b"sRGB", b"\0") + chunk(b"pHYs", struct.pack(">IIB", 5669, 5669, 1)) + REST,
    png_of(header(), *(chunk(b"IDAT", idat()[start : start + 50]) for start in range(0, len(idat()), 50))),
    JPEG,
    BARE,
    saved(marked().convert("L"), "JPEG"),
    saved(marked(), "JPEG", progressive=True),
    saved(marked(), "JPEG", subsampling=0, optimize=True, dpi=(300, 300)),
    saved(marked(), "JPEG", restart_marker_rows=1),
    BARE[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01") + BARE[2:],
    after_soi(segment(0xE1, b"Exif\0\0" + exif(1)), jpeg=BARE),
    after_soi(segment(0xE1, b"Exif\0\0" + exif(1, "little")), jpeg=BARE),
    WEBP,
    riff(LOSSY),
]
MARKERS = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)


@pytest.mark.parametrize(("form", "data"), TRICKS)
def test_a_trick_is_taken_out_and_the_pixels_stay(form: str, data: bytes) -> None:
    picture = read_picture(data, WHERE)
    assert picture.data != data
    assert OTHER not in picture.data
    assert read_picture(picture.data, WHERE).data == picture.data
    assert_plain(picture)
    with Image.open(io.BytesIO(data), formats=(form,)) as seen:
        assert not difference(seen, Image.open(io.BytesIO(picture.data)))


@pytest.mark.parametrize("name", BROKEN)
def test_what_one_decoder_repairs_and_another_does_not_is_no_picture(name: str) -> None:
    with pytest.raises(PictureRejected, match="cannot be decoded"):
        read_picture(BROKEN[name], WHERE)


def difference(one: Image.Image, other: Image.Image) -> object:
    assert one.size == other.size
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()


def assert_plain(picture: Picture) -> None:
    """By eyes of its own: a test that asked the code would agree with it."""
    data = picture.data
    if picture.media_type == "image/png":
        kinds = [kind for kind, _ in png_chunks(data)]
        assert kinds[0] == b"IHDR"
        assert kinds[-1] == b"IEND"
        assert set(kinds[1:-1]) == {b"IDAT"}
        assert data.endswith(b"\0\0\0\0IEND\xaeB\x60\x82")
        assert by_the_letter(data) == Image.open(io.BytesIO(data)).convert("RGB").tobytes()
    elif picture.media_type == "image/jpeg":
        for order in ("big", "little"):
            data = data.replace(segment(0xE1, b"Exif\0\0" + exif(1, order)), b"")
        assert set(MARKERS.findall(data)) <= {bytes([each]) for each in (*b"\xd8\xe0\xdb\xc0\xc2\xc4\xda\xd9",)}
        assert data.endswith(b"\xff\xd9")
        assert data.count(b"\xff\xd8") == data.count(b"\xff\xd9") == 1
    else:
        assert data[12:16] in {b"VP8 ", b"VP8L"}
        assert len(data) == 8 + int.from_bytes(data[4:8], "little") == 20 + len(data[20:])


def by_the_letter(png: bytes) -> bytes:
    """Another decoder: RGB or grey of eight bits as the standard says it, and nothing else."""
    chunks = list(png_chunks(png))
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0][1][:10])
    assert (depth, chunks[0][1][10:]) == (8, b"\0\0\0")
    channels = {0: 1, 2: 3}[colour]
    rows = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    stride = width * channels
    above, out = bytes(stride), bytearray()
    for row in range(height):
        kind, *line = rows[row * (stride + 1) : (row + 1) * (stride + 1)]
        for place in range(stride):
            left = line[place - channels] if place >= channels else 0
            corner = above[place - channels] if place >= channels else 0
            line[place] = (line[place] + predicted(kind, left, above[place], corner)) % 256
        above = bytes(line)
        out += above if channels == 3 else bytes(level for level in above for _ in range(3))
    return bytes(out)


def predicted(kind: int, left: int, up: int, corner: int) -> int:
    paeth = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
    return (0, left, up, (left + up) // 2, paeth)[kind]


@pytest.mark.parametrize("data", PLAIN)
def test_what_all_decoders_read_in_the_same_way_goes_on_byte_for_byte(data: bytes) -> None:
    assert read_picture(data, WHERE).data is data


@pytest.mark.parametrize(
    ("data", "turned"),
    [
        (after_soi(segment(0xE1, b"Exif\0\0" + exif(6)), segment(0xE1, b"Exif\0\0" + exif(1))), True),
        (HEADER + chunk(b"eXIf", exif(6)) + REST, True),
        (riff(canvas(*SIZE, 0x08), CODED, webp_chunk(b"EXIF", exif(6))), True),
        (riff(canvas(*SIZE, 0x08), CODED, webp_chunk(b"EXIF", exif(1, "little"))), False),
    ],
)
def test_a_turn_is_carried_out_once_and_leaves_nothing_to_read(data: bytes, turned: bool) -> None:
    picture = read_picture(data, WHERE)
    assert (picture.width, picture.height) == (SIZE[::-1] if turned else SIZE)
    assert_plain(picture)
    assert read_picture(picture.data, WHERE).data == picture.data


def test_a_jpeg_of_red_green_and_blue_is_coded_anew() -> None:
    """Without a conversion of colours, which half of all decoders would do."""
    data = saved(marked(), "JPEG", quality=95, keep_rgb=True, subsampling=0)
    picture = read_picture(data, WHERE)
    assert picture.media_type == "image/png"
    assert not difference(Image.open(io.BytesIO(data)), Image.open(io.BytesIO(picture.data)))


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_any_cut_and_any_noise_has_a_plain_form_or_none(form: str) -> None:
    data = small(form)
    for end in range(len(data)):
        plain = plain_form(data[:end], form)
        assert plain is None or len(plain) <= end
    for place in range(8, len(data)):
        plain_form(data[:place] + b"\xff" + data[place + 1 :], form)
