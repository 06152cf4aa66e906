"""Pictures that two decoders or two models could show differently, turned into one plain set of pixels.

Decoders differ about orientation, transparency and frames, models about how they make a large picture smaller. A judge
that sees other pixels than the model does judges nothing (GHSA-8jr5-v98p-w75m). Such pictures become an 8-bit RGB PNG
without metadata. Colour profiles are dropped, as vision encoders do.
"""

from __future__ import annotations

import io
import math

from PIL import Image, ImageOps
from PIL.ExifTags import Base as ExifTag

PLAIN_MODES = frozenset({"L", "RGB"})
UPRIGHT = 1  # EXIF's orientation of a picture that needs no turn
ROWS = 32  # of the result that are worked on at once; the copies of twice as many raise the peak of memory
COMPRESSION = 3  # zlib level; above it, time doubles for a few percent of size
PAPER = "white"  # what transparent pixels are laid on, as viewers do


def is_ambiguous(image: Image.Image) -> bool:
    """Whether decoders may differ about what this picture shows, however its file is made."""
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return (
        image.format in {"GIF", "MPO"}
        or image.mode not in PLAIN_MODES
        or getattr(image, "n_frames", 1) > 1
        or "transparency" in image.info
        or _orientation(image) != UPRIGHT
        or "Orientation" in (xmp if isinstance(xmp, str) else xmp.decode("latin-1"))
    )


def fitted(size: tuple[int, int], max_pixels: int) -> tuple[int, int]:
    """The size, made smaller where it has more than `max_pixels`."""
    width, height = size
    if width * height <= max_pixels:
        return size
    scale = math.sqrt(max_pixels / (width * height))
    return max(1, int(width * scale)), max(1, int(height * scale))


def settled_png(image: Image.Image, max_pixels: int) -> tuple[bytes, tuple[int, int]]:
    """The first frame, upright, on white, as a PNG of at most `max_pixels`; and its size. Deterministic."""
    image.seek(0)
    plain = _on_paper(image, int(math.sqrt(image.width * image.height / max_pixels)) or 1)
    plain.getexif()[ExifTag.Orientation] = _orientation(image)
    ImageOps.exif_transpose(plain, in_place=True)
    size = fitted(plain.size, max_pixels)
    if size != plain.size:
        plain = plain.resize(size, Image.Resampling.LANCZOS)
    plain.info.clear()  # no metadata is written along
    buffer = io.BytesIO()
    plain.save(buffer, "PNG", compress_level=COMPRESSION)
    return buffer.getvalue(), size


def _on_paper(image: Image.Image, factor: int) -> Image.Image:
    """On white in RGB, `factor` times smaller: in strips, so that no second large picture is held in memory."""
    paper = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    for row in range(0, paper.height, ROWS):
        top, bottom = row * factor, min((row + ROWS) * factor, image.height)
        strip = _true_coloured(image.crop((0, top, image.width, bottom)))
        if "A" in strip.getbands():
            strip.paste(PAPER, mask=ImageOps.invert(strip.getchannel("A")))
        paper.paste(strip.convert("RGB").reduce(factor), (0, row))
    return paper


def _orientation(image: Image.Image) -> int:
    """How EXIF or XMP say that the picture is turned; upright where they cannot be read."""
    try:
        return int(image.getexif().get(ExifTag.Orientation, UPRIGHT))
    except Exception:  # noqa: BLE001 a parser may raise anything on hostile bytes
        return UPRIGHT


def _true_coloured(image: Image.Image) -> Image.Image:
    """In a mode that can be laid on paper: RGB, or RGBA or LA where the picture is partly transparent."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey to 255 when it converts; so it is scaled first.
        return image.convert("I").point(lambda level: level / 257).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode in {mode, "LA"} else image.convert(mode)
