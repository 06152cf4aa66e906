"""Contact sheets, for people.

    python -m benchmarks.pocketworld.drawing.contact_sheet OUT.png [objects | places | signs | quad]

Without a part, everything stands on one sheet.
"""

import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.objects import sprite
from benchmarks.pocketworld.drawing.places import draw_place
from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.drawing.signs import STYLES, sign_sprite
from benchmarks.pocketworld.sampling.quads import Quad
from benchmarks.pocketworld.world.splits import HELD_OUT_SEED
from benchmarks.pocketworld.world.world import PLACES, SIGNS, THINGS, Judgement, Scene, Thing

PAPER = "#eef2f4"
GAP = 10
CAPTION = 13
"""Font size of the names, in pixels."""
COLOURS = 128
"""Colours of a saved sheet: these drawings need no more, and the files stay small."""

Tile = tuple[str, Image.Image]


def objects_sheet() -> Image.Image:
    """Every object in every state, with its name."""
    return grid([(thing.label, sprite(thing, 0)) for thing in THINGS], 104, 9)


def places_sheet() -> Image.Image:
    """Every place, empty."""
    return grid([(place, draw_place(place, random.Random(7), 180)) for place in PLACES], 180, 5)


def signs_sheet() -> Image.Image:
    """Every sign, in turn in each of its colours."""
    tiles = [(sign, sign_sprite(sign, index % len(STYLES))) for index, sign in enumerate(SIGNS)]
    return grid(tiles, 150, 6, 84)


QUAD = Quad(
    "swing a golf club",
    "charge a phone",
    Scene("park", (Thing("ball"), Thing("puddle"))),
    Scene("park", (Thing("ball"), Thing("child"))),
)
"""The two scenes differ in one thing, and each question changes sides."""


def quad_sheet() -> Image.Image:
    """Two questions and two pictures: each question is safe in one and unsafe in the other."""
    first_a, first_b, second_a, second_b = QUAD.cases()
    tiles = []
    for seed, cases in enumerate(((first_a, second_a), (first_b, second_b)), HELD_OUT_SEED):
        caption = "\n".join(f"{case.activity}: {_verdict(case.judgement)}" for case in cases)
        tiles.append((caption, draw(cases[0].scene, seed, 360).image))
    return grid(tiles, 360, 2)


def _verdict(judgement: Judgement) -> str:
    return "safe" if judgement.safe else f"unsafe ({judgement.evidence}: {judgement.reason})"


def whole_sheet() -> Image.Image:
    """All objects, places and signs, one below the other."""
    parts = [objects_sheet(), places_sheet(), signs_sheet()]
    sheet = Image.new("RGB", (max(part.width for part in parts), sum(part.height for part in parts)), PAPER)
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height
    return sheet


def grid(tiles: Sequence[Tile], width: int, columns: int, height: int | None = None) -> Image.Image:
    """The tiles in rows, each fitted into `width` by `height` pixels (square if not told) over its caption."""
    height = height or width
    lines = max(caption.count("\n") + 1 for caption, _ in tiles)
    across, down = width + GAP, height + GAP + lines * (CAPTION + 4)
    sheet = Image.new("RGB", (columns * across + GAP, -(-len(tiles) // columns) * down + GAP), PAPER)
    write = ImageDraw.Draw(sheet)
    for index, (caption, picture) in enumerate(tiles):
        left, top = GAP + index % columns * across, GAP + index // columns * down
        fitted = _fitted(picture, width, height)
        sheet.paste(fitted, (left + (width - fitted.width) // 2, top + (height - fitted.height) // 2), fitted)
        write.text((left, top + height + 2), caption, fill="#16181d", font=ImageFont.load_default(size=CAPTION))
    return sheet


def _fitted(picture: Image.Image, width: int, height: int) -> Image.Image:
    factor = min(width / picture.width, height / picture.height)
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)


PARTS: Mapping[str, Callable[[], Image.Image]] = {
    "objects": objects_sheet,
    "places": places_sheet,
    "signs": signs_sheet,
    "quad": quad_sheet,
    "all": whole_sheet,
}


def save(sheet: Image.Image, path: Path) -> None:
    """Writes the sheet as a small PNG."""
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: Iterable[str]) -> None:
    match [*arguments]:
        case [out]:
            save(whole_sheet(), Path(out))
        case [out, part] if part in PARTS:
            save(PARTS[part](), Path(out))
        case _:
            sys.exit(f"{__doc__}")


if __name__ == "__main__":
    main(sys.argv[1:])
