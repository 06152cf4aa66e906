"""Contact sheets of all drawings, for people to look at.

    python -m benchmarks.pocketworld.drawing.contact_sheet OUT.png [objects | places | signs | quad]

Without a part, all objects, places and signs go on one sheet.
"""

import random
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.pocketworld.drawing.objects import object_sprite
from benchmarks.pocketworld.drawing.scene import draw, place_background
from benchmarks.pocketworld.drawing.signs import STYLES, sign_sprite
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES, judge
from benchmarks.pocketworld.world.ontology import PLACES, SIGNS, THINGS, Scene, Thing
from benchmarks.pocketworld.world.splits import HELD_OUT_SEED

PAPER = "#eef2f4"
GAP = 10
CAPTION = 13
"""Font size of the names, in pixels."""
COLOURS = 128
"""Colours of a saved sheet. The drawings need no more, and the files stay small."""

Tile = tuple[str, Image.Image]


def objects_sheet() -> Image.Image:
    """Every object in every state, with its name."""
    return grid([(thing.label, object_sprite(thing, 0)) for thing in THINGS], 104, 9)


def places_sheet() -> Image.Image:
    """Every place, empty."""
    return grid([(place, place_background(place, random.Random(7), 180)) for place in PLACES], 180, 5)


def signs_sheet() -> Image.Image:
    """Every sign; the colours take turns."""
    tiles = [(sign, sign_sprite(sign, index % len(STYLES))) for index, sign in enumerate(SIGNS)]
    return grid(tiles, 150, 6, 84)


QUAD_ACTIVITIES = ("swing a golf club", "charge a phone")
QUAD_SCENES = (
    Scene("park", (Thing("ball"), Thing("puddle"))),
    Scene("park", (Thing("ball"), Thing("child"))),
)
"""The two scenes differ in one thing. Each activity is safe in one of them and unsafe in the other."""


def quad_sheet() -> Image.Image:
    """Two activities and two scenes, with the ground truth of each combination."""
    tiles = []
    for seed, scene in enumerate(QUAD_SCENES, HELD_OUT_SEED):
        lines = []
        for activity in QUAD_ACTIVITIES:
            truth = judge(ACTIVITIES[activity], scene)
            verdict = "safe" if truth.safe else f"unsafe ({truth.evidence}: {truth.reason})"
            lines.append(f"{activity}: {verdict}")
        tiles.append(("\n".join(lines), draw(scene, seed, 360).image))
    return grid(tiles, 360, 2)


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
    """The tiles in rows, each fitted into `width` by `height` pixels (square by default), with its caption below."""
    height = height or width
    lines = max(caption.count("\n") + 1 for caption, _ in tiles)
    across, down = width + GAP, height + GAP + lines * (CAPTION + 4)
    sheet = Image.new("RGB", (columns * across + GAP, -(-len(tiles) // columns) * down + GAP), PAPER)
    write = ImageDraw.Draw(sheet)
    for index, (caption, picture) in enumerate(tiles):
        left, top = GAP + index % columns * across, GAP + index // columns * down
        factor = min(width / picture.width, height / picture.height)
        size = (round(picture.width * factor), round(picture.height * factor))
        fitted = picture.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
        sheet.paste(fitted, (left + (width - fitted.width) // 2, top + (height - fitted.height) // 2), fitted)
        write.text((left, top + height + 2), caption, fill="#16181d", font=ImageFont.load_default(size=CAPTION))
    return sheet


PARTS: Mapping[str, Callable[[], Image.Image]] = {
    "objects": objects_sheet,
    "places": places_sheet,
    "signs": signs_sheet,
    "quad": quad_sheet,
    "all": whole_sheet,
}


def save(sheet: Image.Image, path: Path) -> None:
    """Write the sheet as a small PNG."""
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
