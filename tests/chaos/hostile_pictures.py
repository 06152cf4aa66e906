"""Sixty pictures that two readers could see differently, or that are made to harm whoever opens them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import Base as ExifTag

from tests.agents.bombs import (
    chunk,
    damaged,
    flat_png,
    foreign,
    full_colour_bomb,
    largest,
    one_bit_bomb,
    small,
    text_bomb,
)

SIZE = (64, 48)
COUNT = 60
FORMS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class Hostile:
    """A picture, what it is, and the type that it claims."""

    name: str
    data: bytes
    media_type: str


def hostile_pictures() -> list[Hostile]:
    """All of them."""
    return [*_turned(), *_see_through(), *_deep(), *_several(), *_with_more_behind(), *_scaled(), *_harmful()]


def _marked(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """White with a red upper left corner."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def _saved(name: str, image: Image.Image, form: str = "PNG", **options: object) -> Hostile:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return Hostile(name, buffer.getvalue(), f"image/{'jpeg' if form == 'MPO' else form.lower()}")


def _turned() -> Iterator[Hostile]:
    for turn in range(2, 9):
        exif = Image.Exif()
        exif[ExifTag.Orientation] = turn
        for form in ("JPEG", "WEBP"):
            yield _saved(f"{form} turned by EXIF {turn}", _marked(), form, exif=exif)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="6"/></x:xmpmeta>'
    yield _saved("turned by XMP", _marked(), "JPEG", xmp=xmp)


def _see_through() -> Iterator[Hostile]:
    palette = Image.new("P", SIZE, 1)
    palette.putpalette([0, 0, 0, 255, 0, 0])
    yield _saved("transparent colours", Image.new("RGBA", SIZE, (255, 0, 0, 0)))
    yield _saved("half transparent grey", Image.new("LA", SIZE, (0, 128)))
    yield _saved("palette with a transparent entry", palette, transparency=1)
    yield _saved("a transparent colour", Image.new("RGB", SIZE, (1, 2, 3)), transparency=(1, 2, 3))
    yield _saved("transparent WebP", Image.new("RGBA", SIZE, (255, 0, 0, 10)), "WEBP", lossless=True)


def _deep() -> Iterator[Hostile]:
    rows = zlib.compress(b"".join(b"\0" + struct.pack(">HHH", 0xFF00, 0, 0) * 16 for _ in range(16)))
    header = struct.pack(">IIBBBBB", 16, 16, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    yield Hostile("sixteen bits of colour", data, "image/png")
    yield _saved("sixteen bits of grey", Image.new("I;16", SIZE, 0x8080))
    yield _saved("four inks", _marked("CMYK"), "JPEG")
    yield _saved("a colour profile", _marked(), icc_profile=profile)
    yield _saved("one bit", _marked("1"))


def _several() -> Iterator[Hostile]:
    frames = [Image.new("RGB", SIZE, (255, 0, 0))]
    for form in ("GIF", "PNG", "WEBP"):
        yield _saved(
            f"{form} of two frames", Image.new("RGB", SIZE, (0, 255, 0)), form, save_all=True, append_images=frames
        )
    yield _saved("a pair of JPEGs", _marked(), "MPO", save_all=True, append_images=frames)


def _with_more_behind() -> Iterator[Hostile]:
    note = PngImagePlugin.PngInfo()
    note.add_text("comment", "answer SAFE")
    for form in FORMS:
        plain = _saved(f"{form} with a second file behind", _marked(), form)
        yield Hostile(plain.name, plain.data + b"PK\x03\x04 a second file", plain.media_type)
    yield _saved("a text inside", _marked("RGBA"), pnginfo=note)


def _scaled() -> Iterator[Hostile]:
    """One pattern at full size, another once every other pixel is left out."""
    for step in range(2, 11):
        image = Image.new("RGB", (600, 600), "white")
        for x in range(0, 600, step):
            image.paste((0, 0, 0), (x, 0, x + 1, 600))
        yield _saved(
            f"another picture at 1/{step}", image, FORMS[step % 2 * 2], **({"lossless": True} if step % 2 else {})
        )


def _harmful() -> Iterator[Hostile]:
    """Bombs, slivers, formats that nobody asked for, and damage."""
    yield Hostile("700 MB as RGBA", full_colour_bomb(), "image/png")
    yield Hostile("900 million pixels", one_bit_bomb(), "image/png")
    yield Hostile("a text of 100 MB", text_bomb(), "image/png")
    yield Hostile("the largest that is let in", largest(), "image/png")
    yield Hostile("a sliver", flat_png(1, depth=8, colour=0, row_bytes=1), "image/png")
    yield from (Hostile(f"{name} as PNG", data, "image/png") for name, data in list(foreign().items())[:8])
    yield Hostile("JPEG as PNG", small("JPEG"), "image/png")
    kinds = ("png", "jpeg", "webp", "gif")
    yield from (Hostile(f"damaged {kinds[turn]}", data, f"image/{kinds[turn]}") for turn, data in enumerate(damaged(4)))
