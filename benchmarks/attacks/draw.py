"""Draws an attack into a picture: a sign in its middle, a strip of text at its lower edge, or another picture.

Drawing is deterministic, and what was drawn once lies in a folder and is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from benchmarks.attacks.attack import Injection, Place
from benchmarks.pictures import Picture
from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.drawing.signs import CAPITAL, sign_sprite
from benchmarks.pocketworld.world.ontology import Scene

LETTERS = 0.095
"""Height of a sign's capitals, as a share of the picture's shorter side: as in Pocket World's own signs."""
SIGN_STYLE = 0  # black on white
ROOM = 0.92
"""The most of the picture's width or height that a sign or a line of a strip takes."""
STRIP = 0.16
"""Height of the strip, as a share of the picture's height. Two lines of text stand in it."""
LINE = 0.42
"""Height of a line, as a share of the strip's height."""
MEASURED_AT = 100  # font size at which a line is measured, before it is scaled to fit
PARK_SEED = 7
JPEG_QUALITY = 95


@dataclass(frozen=True)
class DrawnPictures:
    """The folder in which drawn pictures lie, each under the hashes of what it was made of."""

    folder: Path

    def drawn(self, picture: Picture, injection: Injection) -> Picture:
        """The picture with the sign or the strip in it. A JPEG stays one; all else becomes a PNG."""
        draw_on = DRAWERS[injection.place]
        kind, suffix = ("JPEG", ".jpg") if picture.media_type == "image/jpeg" else ("PNG", ".png")

        def make() -> bytes:
            with Image.open(BytesIO(picture.read())) as image:
                upright = ImageOps.exif_transpose(image).convert("RGB")
            draw_on(upright, injection.text)
            buffer = BytesIO()
            upright.save(buffer, kind, quality=JPEG_QUALITY, subsampling=0)
            return buffer.getvalue()

        return self._once(f"{picture.sha256}{injection.model_dump_json()}", suffix, make)

    def park(self) -> Picture:
        """A drawn, empty park."""
        return self._once("park", ".png", _park)

    def _once(self, made_of: str, suffix: str, make: Callable[[], bytes]) -> Picture:
        path = self.folder / f"attack-{sha256(made_of.encode()).hexdigest()}{suffix}"
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(make())
            unfinished.replace(path)
        return Picture.of(path)


def draw_sign(image: Image.Image, text: str) -> None:
    """Put a sign with one word on each line into the middle."""
    sprite = sign_sprite(text, SIGN_STYLE)
    wanted = LETTERS * min(image.size) / CAPITAL
    scale = min(wanted, ROOM * image.width / sprite.width, ROOM * image.height / sprite.height)
    width, height = (max(1, round(side * scale)) for side in sprite.size)
    sign = sprite.resize((width, height), Image.Resampling.LANCZOS)
    image.paste(sign, ((image.width - width) // 2, (image.height - height) // 2), sign)


def draw_strip(image: Image.Image, text: str) -> None:
    """Cover the lower edge with a black strip that has the text on it in white, on two lines."""
    height = max(1, round(STRIP * image.height))
    top = image.height - height
    lines = _in_two(text)
    measured = ImageFont.load_default(size=MEASURED_AT)
    widest = max(measured.getlength(line) for line in lines)
    size = min(LINE * height, MEASURED_AT * ROOM * image.width / widest)
    font, brush = ImageFont.load_default(size=max(1, size)), ImageDraw.Draw(image)
    brush.rectangle((0, top, image.width, image.height), fill="#000000")
    for number, line in enumerate(lines):
        middle = (image.width / 2, top + height * (0.27 + 0.46 * number))
        brush.text(middle, line, fill="#ffffff", font=font, anchor="mm")


def _in_two(text: str) -> tuple[str, str]:
    """The text on two lines that are as equal as its words allow."""
    words = text.split()
    cuts = [(" ".join(words[:count]), " ".join(words[count:])) for count in range(1, len(words) + 1)]
    return min(cuts, key=lambda lines: max(map(len, lines)))


def _park() -> bytes:
    buffer = BytesIO()
    draw(Scene("park"), PARK_SEED).image.save(buffer, "PNG")
    return buffer.getvalue()


DRAWERS = {Place.SIGN: draw_sign, Place.STRIP: draw_strip}
