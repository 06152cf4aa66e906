"""Pictures that two decoders could show differently, turned into one plain set of pixels.

Decoders differ about orientation, transparency and frames. A judge that sees other pixels than the model does judges
nothing (GHSA-8jr5-v98p-w75m). Such pictures become an 8-bit RGB PNG without metadata; all others stay as they are,
byte for byte. Colour profiles are dropped, as vision encoders do.
"""

from __future__ import annotations

import io
import math

from PIL import Image, ImageOps
from PIL.ExifTags import Base as ExifTag

PLAIN_MODES = frozenset({"L", "RGB"})
UPRIGHT = 1  # EXIF's orientation of a picture that needs no turn
PNG_DEPTH_OFFSET = 24  # the header's byte that holds the bits per channel
PNG_END = b"IEND\xaeB`\x82"
JPEG_END = b"\xff\xd9"
RIFF_HEADER_BYTES = 8
COMPRESSION = 3  # zlib level; above it, time doubles for a few percent of size
PAPER = "white"  # what transparent pixels are laid on, as viewers do


def is_ambiguous(image: Image.Image, data: bytes, form: str) -> bool:
    """Whether decoders may differ about this picture, or its bytes hold more than one picture."""
    return (
        form == "GIF"
        or image.format == "MPO"
        or image.mode not in PLAIN_MODES
        or getattr(image, "n_frames", 1) > 1
        or not {"transparency", "icc_profile"}.isdisjoint(image.info)
        or (form == "PNG" and data[PNG_DEPTH_OFFSET] != 8)  # decoders round other depths differently
        or _may_be_turned(image)
        or not _ends_where_it_should(data, form)
    )


def settled_png(image: Image.Image, max_pixels: int) -> tuple[bytes, tuple[int, int]]:
    """The first frame, upright, on white, as a PNG of at most `max_pixels`; and its size. Deterministic."""
    image.seek(0)
    ImageOps.exif_transpose(image, in_place=True)  # no copy: a large picture takes 100 MB
    coloured = _true_coloured(image)
    if "A" in coloured.getbands():
        coloured.paste(PAPER, mask=ImageOps.invert(coloured.getchannel("A")))
    plain = _fitted(coloured, max_pixels).convert("RGB")
    buffer = io.BytesIO()
    # A new picture has no metadata that could be written along.
    Image.frombytes("RGB", plain.size, plain.tobytes()).save(buffer, "PNG", compress_level=COMPRESSION)
    return buffer.getvalue(), plain.size


def _may_be_turned(image: Image.Image) -> bool:
    """Orientation is stored in EXIF or in XMP, and decoders follow one, both or neither."""
    if image.getexif().get(ExifTag.Orientation, UPRIGHT) != UPRIGHT:
        return True
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return ("Orientation" in xmp) if isinstance(xmp, str) else (b"Orientation" in xmp)


def _ends_where_it_should(data: bytes, form: str) -> bool:
    """Bytes past a picture's end may be another file."""
    if form == "PNG":
        return data.endswith(PNG_END)
    if form == "JPEG":
        return data.endswith(JPEG_END)
    return len(data) == int.from_bytes(data[4:8], "little") + RIFF_HEADER_BYTES


def _true_coloured(image: Image.Image) -> Image.Image:
    """In a mode that can be resized: RGB, or RGBA or LA where the picture is partly transparent."""
    if image.mode.startswith("I"):
        # Pillow clips 16-bit grey to 255 when it converts; so it is scaled first.
        return image.convert("I").point(lambda level: level / 257).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode in {mode, "LA"} else image.convert(mode)


def _fitted(image: Image.Image, max_pixels: int) -> Image.Image:
    """The colour bands, resized one by one, so that no second large picture is held in memory beside the first."""
    width, height = image.size
    if width * height <= max_pixels:
        return image
    scale = math.sqrt(max_pixels / (width * height))
    size = (max(1, int(width * scale)), max(1, int(height * scale)))
    colours = [name for name in image.getbands() if name != "A"]
    bands = [image.getchannel(name).resize(size, Image.Resampling.LANCZOS) for name in colours]
    return Image.merge("RGB", bands) if len(bands) == 3 else bands[0]
