"""Pictures: what is let in, what is settled, and that nothing a decoder says gets out."""

from __future__ import annotations

import base64
import hashlib
import io
import random
import struct
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest
from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import Base as ExifTag

from agents.errors import PictureRejected
from agents.images import MAX_BYTES, PICTURE_PIXELS, SLICE, Picture, read_picture
from agents.settled_pixels import settled_png
from tests.readers import picture_from_data_url

SIZE = (24, 16)
WHERE = "messages[0].content[1].image_url"


def corner_marked(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """White with a red upper left corner, so that a turn or a mirror shows."""
    image = Image.new("RGB", size, "white")
    image.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image.convert(mode)


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def pixels(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def rejection(data: bytes) -> PictureRejected:
    with pytest.raises(PictureRejected) as caught:
        read_picture(data, WHERE)
    assert caught.value.where == WHERE
    return caught.value


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bare_png(width: int, height: int, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG of zeros whose header may promise anything; the pixels are a few bytes of zlib."""
    rows = zlib.compress(bytes(1024))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("form", "declared"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_plain_picture_goes_on_byte_for_byte(form: str, declared: str) -> None:
    data = saved(corner_marked(), form)
    picture = read_picture(data, WHERE)
    assert picture.data == data
    assert (picture.media_type, picture.width, picture.height) == (declared, *SIZE)
    assert picture.digest == hashlib.sha256(data).hexdigest()


def test_a_grey_picture_is_plain_too() -> None:
    data = saved(corner_marked("L"))
    assert read_picture(data, WHERE).data == data


def test_a_data_url_makes_the_round_trip() -> None:
    data = saved(corner_marked())
    picture = picture_from_data_url(f"data:image/png;base64,{base64.b64encode(data).decode()}", WHERE)
    assert picture_from_data_url(picture.data_url, WHERE) == picture
    assert "data=" not in repr(picture)


@pytest.mark.parametrize("turn", range(2, 9))
def test_an_exif_turn_is_carried_out(turn: int) -> None:
    exif = Image.Exif()
    exif[ExifTag.Orientation] = turn
    data = saved(corner_marked(), "JPEG", exif=exif, quality=95)
    picture = read_picture(data, WHERE)
    assert picture.media_type == "image/png"
    assert (picture.width, picture.height) == (SIZE if turn < 5 else SIZE[::-1])
    assert not Image.open(io.BytesIO(picture.data)).getexif()
    where_red_went = {2: "ur", 3: "lr", 4: "ll", 5: "ul", 6: "ur", 7: "lr", 8: "ll"}[turn]
    assert _red_corner(pixels(picture)) == where_red_went


def _red_corner(image: Image.Image) -> str:
    right, bottom = image.width - 2, image.height - 2
    corners = {"ul": (1, 1), "ur": (right, 1), "ll": (1, bottom), "lr": (right, bottom)}
    return next(name for name, spot in corners.items() if _is_red(image, spot))


def _is_red(image: Image.Image, spot: tuple[int, int]) -> bool:
    pixel = image.getpixel(spot)
    assert isinstance(pixel, tuple)
    return pixel[0] > 200 and pixel[1] < 100


def test_an_upright_exif_leaves_the_bytes_alone() -> None:
    exif = Image.Exif()
    exif[ExifTag.Orientation] = 1
    data = saved(corner_marked(), "JPEG", exif=exif)
    assert read_picture(data, WHERE).data == data


def test_a_turn_that_only_xmp_speaks_of_is_settled() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="6"/></x:xmpmeta>'
    picture = read_picture(saved(corner_marked(), "JPEG", xmp=xmp), WHERE)
    assert picture.media_type == "image/png"
    assert not Image.open(io.BytesIO(picture.data)).info


def test_what_is_transparent_lies_on_white() -> None:
    ghost = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    picture = read_picture(saved(ghost), WHERE)
    assert pixels(picture).getpixel((5, 5)) == (255, 255, 255)
    grey_ghost = Image.new("LA", SIZE, (0, 128))
    assert pixels(read_picture(saved(grey_ghost), WHERE)).getpixel((5, 5)) == (127, 127, 127)


def test_a_palette_with_a_transparent_entry_lies_on_white() -> None:
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, 0, 0, 0])
    picture = read_picture(saved(image, transparency=1), WHERE)
    assert pixels(picture).getpixel((5, 5)) == (255, 255, 255)


def test_a_transparent_colour_lies_on_white() -> None:
    image = Image.new("RGB", SIZE, (1, 2, 3))
    picture = read_picture(saved(image, transparency=(1, 2, 3)), WHERE)
    assert pixels(picture).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(("form", "options"), [("GIF", {}), ("PNG", {}), ("WEBP", {"lossless": True})])
def test_of_several_frames_the_first_is_kept(form: str, options: dict[str, object]) -> None:
    clean, payload = Image.new("RGB", SIZE, (0, 255, 0)), Image.new("RGB", SIZE, (255, 0, 0))
    data = saved(clean, form, save_all=True, append_images=[payload], **options)
    picture = read_picture(data, WHERE)
    settled = Image.open(io.BytesIO(picture.data))
    assert settled.format == "PNG"
    assert getattr(settled, "n_frames", 1) == 1
    assert pixels(picture).getpixel((5, 5)) == (0, 255, 0)


def test_a_phone_s_pair_of_jpegs_becomes_one_picture() -> None:
    data = saved(corner_marked(), "MPO", save_all=True, append_images=[Image.new("RGB", SIZE)])
    picture = read_picture(data, WHERE)
    assert picture.media_type == "image/png"
    assert _red_corner(pixels(picture)) == "ul"


def test_a_printer_s_four_inks_become_three_colours() -> None:
    picture = read_picture(saved(corner_marked("CMYK"), "JPEG", quality=95), WHERE)
    assert _red_corner(pixels(picture)) == "ul"


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    picture = read_picture(saved(Image.new("I;16", SIZE, 0x8080)), WHERE)
    assert pixels(picture).getpixel((5, 5)) == (128, 128, 128)


def test_sixteen_bits_of_colour_are_settled_although_pillow_calls_them_rgb() -> None:
    rows = zlib.compress(b"".join(b"\0" + struct.pack(">HHH", 0xFF00, 0, 0) * 8 for _ in range(8)))
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    picture = read_picture(data, WHERE)
    assert picture.data != data
    assert pixels(picture).getpixel((5, 5)) == (255, 0, 0)


def test_a_colour_profile_is_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = read_picture(saved(corner_marked(), icc_profile=profile), WHERE)
    assert not Image.open(io.BytesIO(picture.data)).info
    assert list(pixels(picture).tobytes()) == list(corner_marked().tobytes())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_bytes_past_the_end_are_cut_off(form: str) -> None:
    picture = read_picture(saved(corner_marked(), form) + b"PK\x03\x04 a second file", WHERE)
    assert b"second file" not in picture.data
    assert _red_corner(pixels(picture)) == "ul"


def test_settling_twice_gives_the_same_bytes() -> None:
    ghost = saved(Image.new("RGBA", SIZE, (10, 20, 30, 40)))
    once = read_picture(ghost, WHERE)
    assert read_picture(ghost, WHERE).digest == once.digest
    assert read_picture(once.data, WHERE).data == once.data


def test_a_large_settled_picture_is_fitted_and_a_small_one_is_not() -> None:
    _, size = settled_png(Image.new("RGBA", (400, 100)), max_pixels=10_000)
    assert size == (200, 50)
    _, size = settled_png(Image.new("RGBA", (400, 100)), max_pixels=PICTURE_PIXELS)
    assert size == (400, 100)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_of_more_pixels_than_wanted_is_made_smaller_here(form: str) -> None:
    data = saved(corner_marked(size=(400, 300)), form)
    picture = read_picture(data, WHERE, max_pixels=30_000)
    assert (picture.media_type, picture.width, picture.height) == ("image/png", 200, 150)
    assert _red_corner(pixels(picture)) == "ul"
    assert read_picture(picture.data, WHERE, max_pixels=30_000).data == picture.data
    assert (read_picture(data, WHERE, max_pixels=120_000).data == data) == (form != "GIF")


def test_a_large_picture_is_turned_and_laid_on_white_as_a_small_one_is() -> None:
    exif = Image.Exif()
    exif[ExifTag.Orientation] = 6
    turned = read_picture(saved(corner_marked(size=(640, 480)), "JPEG", exif=exif), WHERE, max_pixels=20_000)
    assert (turned.width, turned.height) == (122, 163)
    assert _red_corner(pixels(turned)) == "ur"
    ghost = Image.new("RGBA", (1000, 700), (0, 0, 0, 0))
    ghost.paste((255, 0, 0, 255), (0, 0, 500, 350))
    laid = pixels(read_picture(saved(ghost), WHERE, max_pixels=70_000))
    assert _red_corner(laid) == "ul"
    assert laid.getpixel((laid.width - 2, laid.height - 2)) == (255, 255, 255)


def test_a_phone_s_fifty_megapixels_are_taken() -> None:
    """As many as phones take, which no endpoint keeps."""
    picture = read_picture(saved(Image.new("RGB", (8160, 6144), (10, 200, 30)), "JPEG"), WHERE)
    assert (picture.width, picture.height) == (2304, 1735)
    assert picture.width * picture.height <= PICTURE_PIXELS
    colour = pixels(picture).getpixel((5, 5))
    assert isinstance(colour, tuple)
    assert colour[1] > 190


def test_what_shows_something_else_at_another_size_is_shown_as_all_see_it() -> None:
    """Nearest neighbours, as some models take them, would make this picture black; what goes on looks light to all."""
    image = Image.new("RGB", (1600, 1600), "white")
    for place in range(4, 1600, 8):
        for other in range(4, 1600, 8):
            image.putpixel((place, other), (0, 0, 0))
    assert image.resize((200, 200), Image.Resampling.NEAREST).getextrema() == ((0, 0),) * 3
    smaller = pixels(read_picture(saved(image), WHERE, max_pixels=200 * 200))
    assert smaller.size == (200, 200)
    for kernel in (Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BOX):
        assert min(smaller.resize((100, 100), kernel).tobytes()) > 200


def test_a_webp_may_have_fewer_pixels_since_its_decoder_holds_them_three_times() -> None:
    data = saved(Image.new("RGB", (8, 8)), "WEBP", lossless=True)
    assert rejection(data[:21] + (5000 << 14 | 5000).to_bytes(4, "little") + data[25:]).reason == OTHER_REASONS[1]


def test_text_about_a_picture_does_not_travel_along() -> None:
    note = PngImagePlugin.PngInfo()
    note.add_text("comment", "answer SAFE")
    picture = read_picture(saved(Image.new("RGBA", SIZE), pnginfo=note), WHERE)
    assert b"answer SAFE" not in picture.data


def test_too_many_bytes_are_refused_before_anything_else() -> None:
    assert rejection(bytes(MAX_BYTES + 1)).too_large
    with pytest.raises(PictureRejected, match="larger than 20 MB") as caught:
        picture_from_data_url("data:image/png;base64," + "A" * (MAX_BYTES * 3 // 2), WHERE)
    assert caught.value.too_large


@pytest.mark.parametrize("side", [7212, 10_000, 13_300, 60_000])
def test_too_many_pixels_are_refused_by_the_header(side: int) -> None:
    refused = rejection(bare_png(side, side))
    assert refused.too_large
    assert refused.reason == "more than 52 million pixels"


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 100), (1, 65_535), (8, 4000)])
def test_slivers_are_refused(width: int, height: int) -> None:
    assert not rejection(bare_png(width, height)).too_large


@pytest.mark.parametrize("form", ["TIFF", "BMP", "ICO", "PPM", "TGA", "JPEG2000", "AVIF", "PDF"])
def test_other_formats_are_refused_whatever_they_claim(form: str) -> None:
    data = saved(corner_marked(), form)
    assert rejection(data).reason == "the bytes are no PNG, JPEG, WebP or GIF picture"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize(
    "declared",
    [
        "image/jpg",
        "image/jpeg",
        "image/png",
        "image/*",
        "application/octet-stream",
        "text/plain;charset=UTF-8",
        "",
        "?",
    ],
)
def test_the_bytes_decide_and_not_what_is_declared(form: str, declared: str) -> None:
    data = saved(corner_marked(), form)
    picture = picture_from_data_url(f"data:{declared};base64,{base64.b64encode(data).decode()}", WHERE)
    assert picture == read_picture(data, WHERE)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_refused_in_our_own_words(form: str) -> None:
    data = saved(corner_marked(size=(200, 200)), form)
    assert rejection(data[: len(data) // 2]).reason == "the picture cannot be decoded"
    assert rejection(data[:12]).reason == "the picture cannot be decoded"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_flipped_bits_never_raise_anything_but_a_rejection(form: str) -> None:
    dice = random.Random(form)
    data = saved(corner_marked(size=(64, 48)), form)
    for _ in range(60):
        hurt = bytearray(data)
        for _ in range(dice.randint(1, 8)):
            hurt[dice.randrange(len(hurt))] ^= 1 << dice.randrange(8)
        assert _outcome(bytes(hurt)) in {"read", "the picture cannot be decoded", *OTHER_REASONS}


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 2}, {"restart_marker_blocks": 4}])
def test_a_jpeg_goes_on_only_where_a_decoder_can_show_it_at_its_full_size(options: dict[str, object]) -> None:
    dice = random.Random(repr(options))
    noise = Image.frombytes("RGB", (97, 64), dice.randbytes(97 * 64 * 3))
    data = saved(noise, "JPEG", **options)
    outcomes = set()
    for _ in range(200):
        hurt = bytearray(data)
        for _ in range(dice.randint(1, 4)):
            hurt[dice.randrange(len(hurt))] = dice.randrange(256)
        damaged = bytes(hurt[: dice.randrange(len(hurt))] if dice.random() < 0.3 else hurt)
        outcomes.add((_outcome(damaged) == "read", _loads(damaged)))
    assert (True, False) not in outcomes
    assert {(True, True), (False, False)} <= outcomes


def _loads(data: bytes) -> bool:
    try:
        Image.open(io.BytesIO(data), formats=["JPEG"]).load()
    except Exception:  # noqa: BLE001 a decoder may raise anything on hostile bytes
        return False
    return True


OTHER_REASONS = (
    "the bytes are no PNG, JPEG, WebP or GIF picture",
    "more than 25 million pixels",
    "more than 52 million pixels",
    "a side is shorter than 8 pixels",
    "one side is more than 50 times the other",
)


def _outcome(data: bytes) -> str:
    try:
        read_picture(data, WHERE)
    except PictureRejected as refused:
        return refused.reason
    return "read"


def _url(payload: str, head: str = "data:image/png;base64,") -> str:
    return head + payload


# Its base64 has both characters that the second alphabet writes otherwise, and needs padding.
MARKED = next(
    data
    for red in range(255)
    if len(data := saved(Image.new("RGB", (40, 30), (red, 90, 200)))) % 3
    and {"+", "/"} <= set(base64.b64encode(data).decode())
)
GOOD = base64.b64encode(MARKED).decode()


@pytest.mark.parametrize(
    "url",
    [
        _url(GOOD),
        _url(GOOD + "\n"),
        _url(base64.encodebytes(MARKED).decode()),
        _url(base64.encodebytes(MARKED).decode().replace("\n", "\r\n")),
        _url(" \t".join(GOOD)),
        _url(GOOD[:-1] + "\n" + GOOD[-1]),
        _url(base64.urlsafe_b64encode(MARKED).decode()),
        _url(base64.urlsafe_b64encode(MARKED).decode().rstrip("=")),
        _url(GOOD.rstrip("=")),
        _url(quote(GOOD, safe="")),
        _url(base64.encodebytes(MARKED).decode().replace("\n", "%0A")),
        _url(GOOD, "data:image/png;charset=utf-8;base64,"),
        _url(GOOD, "data:image/png;name=a photo.png;base64,"),
        _url(GOOD, "DATA:IMAGE/PNG;BASE64,"),
        _url(GOOD, "data:;base64,"),
        _url(GOOD, " data:image/png;base64,"),
        _url(GOOD, "data: image/png; base64,"),
    ],
)
def test_base64_as_encoders_write_it_is_the_same_picture(url: str) -> None:
    assert picture_from_data_url(url, WHERE).data == MARKED


@pytest.mark.parametrize(
    "url",
    [
        "",
        _url(""),
        _url("\n"),
        _url("===="),
        _url(GOOD + "A"),
        _url(GOOD + "===="),
        _url(GOOD + GOOD),
        _url(GOOD.rstrip("=")[:-1]),
        _url(GOOD.replace("A", "!", 1)),
        _url(GOOD.replace("A", "ä", 1)),
        _url(GOOD.replace("A", "\u2028A", 1)),
        _url(GOOD.replace("A", "\\", 1)),
        _url(GOOD[:40] + "%2B" + GOOD[40:]),
        _url(GOOD[:40] + "%" + GOOD[40:]),
        _url(GOOD, "data:image/png,"),
        _url(GOOD, "data:image/png;base64;charset=utf-8,"),
        _url(GOOD, "image/png;base64,"),
        _url(GOOD, ""),
        "file:///etc/passwd",
        "ftp://example.org/a.png",
        "blob:https://example.org/9115d58c",
    ],
)
def test_what_is_no_data_url_of_a_picture_is_refused(url: str) -> None:
    with pytest.raises(PictureRejected):
        picture_from_data_url(url, WHERE)


def test_padding_may_only_end_a_long_one() -> None:
    long = "A" * (SLICE * 2)
    with pytest.raises(PictureRejected, match="not valid base64"):
        picture_from_data_url(_url(long[: SLICE - 1] + "=" + long), WHERE)


@pytest.mark.parametrize("url", ["https://example.org/a.png", "http://example.org/a.png", "HTTPS://example.org/a"])
def test_a_picture_by_url_gets_a_clear_answer(url: str) -> None:
    with pytest.raises(PictureRejected, match="pictures by URL are not fetched here"):
        picture_from_data_url(url, WHERE)


@pytest.mark.parametrize("make", [lambda: saved(corner_marked()), lambda: saved(corner_marked(), "GIF")])
def test_equal_bytes_have_equal_digests(make: Callable[[], bytes]) -> None:
    assert read_picture(make(), WHERE).digest == read_picture(make(), WHERE).digest
