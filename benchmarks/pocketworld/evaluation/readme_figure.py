"""The README's picture: one question, two situations, and what the running proxy really replied.

`python -m benchmarks.pocketworld.evaluation.readme_figure [OUT.png]` starts the demo, asks, and draws.
"""

from __future__ import annotations

import base64
import io
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.examples import PAIRS, Shot
from benchmarks.proxy import running_proxy

WIDTH, MARGIN, GAP = 1200, 40, 40  # pixels
PANEL = (WIDTH - 2 * MARGIN - GAP) // 2
PICTURE_HEIGHT = 400
TEXT_HEIGHT = 150
INK, PAPER, QUIET = (30, 34, 42), (255, 255, 255), (240, 242, 246)
COLOURS = {"safe": (31, 136, 61), "unsafe": (190, 40, 40), "unclear": (170, 110, 0)}


@dataclass(frozen=True)
class Told:
    """What the proxy replied to one picture."""

    shot: Shot
    verdict: str
    action: str
    text: str


def ask(client: OpenAI, query: str, shot: Shot) -> Told:
    """Ask the demo about one picture."""
    buffer = io.BytesIO()
    shot.image().save(buffer, "PNG")
    url = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    raw = client.chat.completions.with_raw_response.create(
        model="demo",
        messages=[
            {
                "role": "user",
                "content": [{"type": "text", "text": query}, {"type": "image_url", "image_url": {"url": url}}],
            }
        ],
    )
    text = raw.parse().choices[0].message.content or ""
    return Told(shot, raw.headers["x-guard-verdict"], raw.headers["x-guard-action"], text)


def draw_figure(query: str, told: tuple[Told, Told]) -> Image.Image:
    """Two panels under one question."""
    top = 110
    figure = Image.new("RGB", (WIDTH, top + PICTURE_HEIGHT + TEXT_HEIGHT + 2 * MARGIN), PAPER)
    pen = ImageDraw.Draw(figure)
    pen.rounded_rectangle((MARGIN, 24, WIDTH - MARGIN, 84), 28, fill=QUIET)
    pen.text((WIDTH // 2, 54), query, INK, _font(30), anchor="mm")
    for index, each in enumerate(told):
        _panel(figure, pen, each, MARGIN + index * (PANEL + GAP), top)
    return figure


def _panel(figure: Image.Image, pen: ImageDraw.ImageDraw, told: Told, left: int, top: int) -> None:
    picture = told.shot.image()
    scale = PANEL / picture.width
    shown = picture.resize((PANEL, round(picture.height * scale)), Image.Resampling.LANCZOS)
    offset = (shown.height - PICTURE_HEIGHT) // 2
    figure.paste(shown.crop((0, offset, PANEL, offset + PICTURE_HEIGHT)), (left, top))
    colour = COLOURS[told.verdict]
    below = top + PICTURE_HEIGHT
    pen.rectangle((left, below, left + PANEL, below + TEXT_HEIGHT + MARGIN), fill=QUIET)
    pen.rectangle((left, below, left + PANEL, below + 6), fill=colour)
    pen.text((left + 20, below + 22), f"{told.verdict}: {told.action}", colour, _font(24))
    for line, words in enumerate(textwrap.wrap(told.text, 48)[:4]):
        pen.text((left + 20, below + 60 + 30 * line), words, INK, _font(22))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


def main(out: Path) -> None:
    pair = PAIRS[0]
    with running_proxy("--demo") as url, OpenAI(base_url=url, api_key="none") as client:
        told = ask(client, pair.query, pair.safe), ask(client, pair.query, pair.unsafe)
    draw_figure(pair.query, told).save(out, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/two-situations.png"))
