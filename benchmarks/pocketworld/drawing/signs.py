"""Signs with large letters, set in Pillow's bundled font."""

from functools import cache

from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.objects import with_edge

CAPITAL = 48
"""Height of a capital letter in a sign's sprite, in pixels."""
FONT_SIZE = 67
"""Font size at which the capitals of the bundled font have that height."""
LONGEST_LINE = 210
"""Pixels. A longer word is squeezed, so that a sign stays narrower than half the picture."""
PADDING = 16
LEADING = 66
"""Pixels from one line to the next."""

STYLES = (
    ("#ffffff", "#16181d"),
    ("#ffd43b", "#16181d"),
    ("#c92a2a", "#ffffff"),
    ("#1c4fa0", "#ffffff"),
)
"""Colours of plate and letters."""


@cache
def sign_sprite(text: str, style: int) -> Image.Image:
    """The sign as RGBA, one word per line, with capitals `CAPITAL` pixels high."""
    plate, ink = STYLES[style]
    lines = [word_image(word, ink) for word in text.split(" ")]
    width = max(line.width for line in lines) + 2 * PADDING
    height = CAPITAL + LEADING * (len(lines) - 1) + 2 * PADDING
    sign = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sign)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), 12, plate)
    draw.rounded_rectangle((5, 5, width - 6, height - 6), 8, None, ink, 3)
    for index, line in enumerate(lines):
        sign.alpha_composite(line, ((width - line.width) // 2, PADDING + index * LEADING))
    return with_edge(sign)


def word_image(word: str, ink: str) -> Image.Image:
    """The word as RGBA, cropped to its letters and squeezed where it is too long."""
    font = ImageFont.load_default(size=FONT_SIZE)
    line = Image.new("RGBA", (int(font.getlength(word)) + 40, 2 * FONT_SIZE), (0, 0, 0, 0))
    ImageDraw.Draw(line).text((20, 10), word, fill=ink, font=font, stroke_width=2, stroke_fill=ink)
    letters = line.crop(line.getchannel("A").getbbox())
    return letters.resize((min(letters.width, LONGEST_LINE), CAPITAL), Image.Resampling.LANCZOS)
