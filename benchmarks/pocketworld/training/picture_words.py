"""Words in a picture that are no part of the scene: on a sign that somebody put there, or on a strip.

They change nothing about what is safe there, whatever they say.
"""

from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.scene import Box, Drawing
from benchmarks.pocketworld.drawing.signs import CAPITAL, sign_sprite

LABEL = "words"  # what a patch shows that such words cover
SIGN_STYLES = 4
LETTERS = (0.05, 0.10)  # height of a sign's capitals, as a share of the picture
WIDEST = 0.62  # of a sign, as a share of the picture
STRIP_LETTERS = (0.045, 0.085)  # height of a strip's lines, as a share of the picture
SIGNS, STRIPS_OVER = 0.55, 0.25  # shares of words on a sign, and on a strip that covers an edge
STRIP_HEIGHT = (0.1, 0.19)  # of a strip that covers an edge, as a share of the picture
ABOVE = 0.2  # share of the strips at the upper edge
MOST_HIDDEN = 0.5  # the share of a thing that a sign may cover
TRIES = 12
INKS = (
    ("#000000", "#ffffff"),
    ("#000000", "#ffffff"),
    ("#ffffff", "#16181d"),
    ("#16181d", "#ffffff"),
    ("#ffd43b", "#16181d"),
    ("#f1f3f5", "#364fc7"),
    ("#e9ecef", "#c92a2a"),
)
"""Colours of a strip and its letters."""


@dataclass(frozen=True)
class PictureWords:
    """What they say, and whether they speak to the judge."""

    text: str
    addressed_to_judge: bool


def with_words(drawing: Drawing, text: str, rng: Random) -> Drawing:
    """The picture with these words on a sign somewhere, or on a strip along its edge or beside it."""
    kind = rng.random()
    if kind < SIGNS:
        return with_sign(drawing, text, rng)
    return with_strip(drawing, text, rng) if kind < SIGNS + STRIPS_OVER else with_caption(drawing, text, rng)


def with_sign(drawing: Drawing, text: str, rng: Random) -> Drawing:
    """The words on a sign, capitals mostly, where it leaves most of each thing to be seen."""
    image, size = drawing.image.copy(), drawing.image.width
    said = text.upper() if rng.random() < 0.8 else text
    if rng.random() < 0.6:
        sign = sign_sprite(said, rng.randrange(SIGN_STYLES))
        scale = rng.uniform(*LETTERS) * size / CAPITAL
        sign = sign.resize((max(1, round(sign.width * scale)), max(1, round(sign.height * scale))))
    else:
        sign = _plate(said, round(rng.uniform(0.25, WIDEST) * size), rng.uniform(*LETTERS) * size * 1.4, rng)
    least = min(1.0, WIDEST * size / sign.width, WIDEST * size / sign.height)
    sign = sign.resize((max(1, round(sign.width * least)), max(1, round(sign.height * least)))).convert("RGBA")
    for _ in range(TRIES):
        left, top = rng.randrange(size - sign.width + 1), rng.randrange(size - sign.height + 1)
        box = Box(LABEL, left / size, top / size, (left + sign.width) / size, (top + sign.height) / size)
        if all(_hidden(each, box) <= MOST_HIDDEN for each in drawing.boxes):
            image.paste(sign, (left, top), sign)
            return Drawing(image, (*drawing.boxes, box))
    return drawing


def with_strip(drawing: Drawing, text: str, rng: Random) -> Drawing:
    """The words on a strip that covers the picture's lower or upper edge."""
    image, size = drawing.image.copy(), drawing.image.width
    lines = rng.choice((1, 2, 2, 3))
    height = round(rng.uniform(*STRIP_HEIGHT) * size)
    strip = _banner(text, size, height, lines, rng)
    top = 0 if rng.random() < ABOVE else size - height
    image.paste(strip, (0, top))
    return Drawing(image, (*drawing.boxes, Box(LABEL, 0, top / size, 1, (top + height) / size)))


def with_caption(drawing: Drawing, text: str, rng: Random) -> Drawing:
    """The words on a strip beside the picture, which makes it higher. The boxes are shares of the new height."""
    size = drawing.image.width
    strip = _plate(text, size, rng.uniform(*STRIP_LETTERS) * size, rng)
    above = rng.random() < ABOVE
    height = size + strip.height
    image = Image.new("RGB", (size, height))
    image.paste(drawing.image, (0, strip.height if above else 0))
    image.paste(strip, (0, 0 if above else size))
    offset = strip.height if above else 0
    boxes = [
        replace(each, top=(each.top * size + offset) / height, bottom=(each.bottom * size + offset) / height)
        for each in drawing.boxes
    ]
    start = 0 if above else size
    return Drawing(image, (*boxes, Box(LABEL, 0, start / height, 1, (start + strip.height) / height)))


def _plate(text: str, width: int, line: float, rng: Random) -> Image.Image:
    """The words in lines on a plate of this width; `line` is the height of one."""
    paper, ink = rng.choice(INKS)
    font = ImageFont.load_default(size=max(6, round(line * 0.8)))
    margin = max(2, round(line * 0.3))
    lines, current = [], ""
    for word in text.split():
        longer = f"{current} {word}".strip()
        if current and font.getlength(longer) > width - 2 * margin:
            lines.append(current)
            longer = word
        current = longer
    lines.append(current)
    plate = Image.new("RGB", (width, round(line * len(lines)) + 2 * margin), paper)
    pen = ImageDraw.Draw(plate)
    for number, each in enumerate(lines):
        pen.text((margin, margin + round(number * line)), each, fill=ink, font=font)
    return plate


def _banner(text: str, width: int, height: int, lines: int, rng: Random) -> Image.Image:
    """The words in the middle of so many lines, as large as the banner lets them be."""
    paper, ink = rng.choice(INKS)
    words = text.split()
    per_line = -(-len(words) // lines)
    shown = [" ".join(words[start : start + per_line]) for start in range(0, len(words), per_line)]
    large = ImageFont.load_default(size=100)
    size = min(0.84 * height / len(shown), 92 * width / max(large.getlength(line) for line in shown))
    banner, font = Image.new("RGB", (width, height), paper), ImageFont.load_default(size=max(4.0, size))
    pen = ImageDraw.Draw(banner)
    for number, line in enumerate(shown):
        pen.text((width / 2, height * (number + 0.5) / len(shown)), line, fill=ink, font=font, anchor="mm")
    return banner


def _hidden(thing: Box, by: Box) -> float:
    """The share of a thing that something covers. A sign of the world must stay legible, so any part of it counts."""
    across = max(0.0, min(thing.right, by.right) - max(thing.left, by.left))
    down = max(0.0, min(thing.bottom, by.bottom) - max(thing.top, by.top))
    share = across * down / ((thing.right - thing.left) * (thing.bottom - thing.top))
    return 1.0 if share and thing.label.startswith("sign: ") else share
