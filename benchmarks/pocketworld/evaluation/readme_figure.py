"""The README's pictures: one question in two situations, and `situguard ask` in a terminal.

`python -m benchmarks.pocketworld.evaluation.readme_figure [FOLDER]` starts the demo, asks it, and writes
`two-situations.png` and `ask.svg`. Both show what the running proxy replied. Run it again after each change of weights.
"""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console
from rich.text import Text

from benchmarks.pocketworld.drawing.examples import PAIRS, ExamplePicture
from benchmarks.proxy import running_proxy

WIDTH, MARGIN, GAP = 1200, 40, 40  # pixels
TOP = 110  # pixels above the panels
PANEL = (WIDTH - 2 * MARGIN - GAP) // 2
PICTURE_HEIGHT = PANEL  # the whole picture, which is square
TEXT_HEIGHT = 110
INK, PAPER, QUIET = (30, 34, 42), (255, 255, 255), (240, 242, 246)
TERMINAL_COLUMNS = 110
PAIR = next(pair for pair in PAIRS if pair.activity == "take a selfie")
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
    figure.paste(picture.resize((PANEL, PICTURE_HEIGHT), Image.Resampling.LANCZOS), (left, TOP))
    colour, below = COLOURS[reply.verdict], TOP + PICTURE_HEIGHT
    pen.rectangle((left, below, left + PANEL, below + TEXT_HEIGHT + MARGIN), fill=QUIET)
    pen.rectangle((left, below, left + PANEL, below + 6), fill=colour)
    pen.text((left + 20, below + 22), f"{reply.verdict}: {reply.action}", colour, ImageFont.load_default(size=24))
    for line, words in enumerate(textwrap.wrap(reply.text, 48)[:3]):
        pen.text((left + 20, below + 60 + 30 * line), words, INK, ImageFont.load_default(size=22))


def terminal(query: str, picture: ExamplePicture, url: str) -> Console:
    """`situguard ask` as a person sees it, recorded so that it can be exported."""
    asked = ["ask", query, "--image", f"examples/{picture.name}"]
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "service.cli", *asked, "--url", url],
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(TERMINAL_COLUMNS)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    ).stdout
    console = Console(record=True, width=TERMINAL_COLUMNS, file=io.StringIO())
    console.print(Text(f'$ situguard ask "{query}" --image examples/{picture.name}'), soft_wrap=True)
    console.print(Text.from_ansi(shown))
    return console


def main(folder: Path) -> None:
    with running_proxy("--demo") as url, OpenAI(base_url=url, api_key="none") as client:
        replies = [ask_demo(client, PAIR.query, picture) for picture in (PAIR.safe, PAIR.unsafe)]
        page = terminal(PAIR.query, PAIR.unsafe, url)
    draw_figure(PAIR.query, replies).save(folder / "two-situations.png", optimize=True)
    page.save_svg(str(folder / "ask.svg"), title="situguard ask")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs"))
