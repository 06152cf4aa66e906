"""The README's figure: one question in two situations, with the replies of the running proxy.

`python -m benchmarks.pocketworld.evaluation.readme_figure [OUT.png]` starts the demo, asks, and draws the figure.
"""

from __future__ import annotations

import base64
import io
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI
from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.examples import PAIRS, ExamplePicture
from benchmarks.proxy import running_proxy

WIDTH, MARGIN, GAP = 1200, 40, 40  # pixels
TOP = 110  # pixels above the panels
PANEL = (WIDTH - 2 * MARGIN - GAP) // 2
PICTURE_HEIGHT = 400
TEXT_HEIGHT = 150
INK, PAPER, QUIET = (30, 34, 42), (255, 255, 255), (240, 242, 246)
COLOURS = {"safe": (31, 136, 61), "unsafe": (190, 40, 40), "unclear": (170, 110, 0)}


@dataclass(frozen=True)
class ProxyReply:
    """The proxy's reply about one picture."""

    picture: ExamplePicture
    verdict: str
    action: str
    text: str


def ask_demo(client: OpenAI, query: str, picture: ExamplePicture) -> ProxyReply:
    """Ask the demo about one picture."""
    buffer = io.BytesIO()
    picture.image().save(buffer, "PNG")
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
    return ProxyReply(picture, raw.headers["x-guard-verdict"], raw.headers["x-guard-action"], text)


def draw_figure(query: str, replies: Sequence[ProxyReply]) -> Image.Image:
    """Two panels under one question."""
    figure = Image.new("RGB", (WIDTH, TOP + PICTURE_HEIGHT + TEXT_HEIGHT + 2 * MARGIN), PAPER)
    pen = ImageDraw.Draw(figure)
    pen.rounded_rectangle((MARGIN, 24, WIDTH - MARGIN, 84), 28, fill=QUIET)
    pen.text((WIDTH // 2, 54), query, INK, ImageFont.load_default(size=30), anchor="mm")
    for index, reply in enumerate(replies):
        draw_panel(figure, reply, MARGIN + index * (PANEL + GAP))
    return figure


def draw_panel(figure: Image.Image, reply: ProxyReply, left: int) -> None:
    """Draw the picture, the verdict and the start of the reply."""
    picture, pen = reply.picture.image(), ImageDraw.Draw(figure)
    scaled = picture.resize((PANEL, round(picture.height * PANEL / picture.width)), Image.Resampling.LANCZOS)
    offset = (scaled.height - PICTURE_HEIGHT) // 2
    figure.paste(scaled.crop((0, offset, PANEL, offset + PICTURE_HEIGHT)), (left, TOP))
    colour, below = COLOURS[reply.verdict], TOP + PICTURE_HEIGHT
    pen.rectangle((left, below, left + PANEL, below + TEXT_HEIGHT + MARGIN), fill=QUIET)
    pen.rectangle((left, below, left + PANEL, below + 6), fill=colour)
    pen.text((left + 20, below + 22), f"{reply.verdict}: {reply.action}", colour, ImageFont.load_default(size=24))
    for line, words in enumerate(textwrap.wrap(reply.text, 48)[:4]):
        pen.text((left + 20, below + 60 + 30 * line), words, INK, ImageFont.load_default(size=22))


def main(out: Path) -> None:
    pair = PAIRS[0]
    with running_proxy("--demo") as url, OpenAI(base_url=url, api_key="none") as client:
        replies = [ask_demo(client, pair.query, picture) for picture in (pair.safe, pair.unsafe)]
    draw_figure(pair.query, replies).save(out, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/two-situations.png"))
