"""Training pictures, drawn beforehand into a file that the workers share, with a label for each patch.

Dense labels teach the eye in minutes what one label a picture does not: each patch says what covers it.
"""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.pocketworld.drawing.out_of_domain import offworld_picture
from benchmarks.pocketworld.drawing.scene import Box, draw
from benchmarks.pocketworld.sampling.household import sample_household_quad
from benchmarks.pocketworld.sampling.quads import sample_contrast, sample_quad
from benchmarks.pocketworld.training.labels import UNKNOWN
from benchmarks.pocketworld.training.model import GRID, PATCHES, SIDE
from benchmarks.pocketworld.world.splits import Split, rendering_seed
from benchmarks.pocketworld.world.world import PLACES, SIGNS, THINGS, Scene

PATCH_LABELS = ("nothing", *(thing.label for thing in THINGS), *(f"sign: {sign}" for sign in SIGNS))
PLACE_LABELS = (*PLACES, UNKNOWN)
LABEL_OF = {label: number for number, label in enumerate(PATCH_LABELS)}
UNSURE = -100  # left out of the loss
COVERED, TOUCHED = 0.45, 0.10  # shares of a patch: from the first on it has the label, below the second it has none
SIZES = (128, 128, 160, 160, 160, 192, 256, 336)  # pixels drawn, then squeezed as the processor does
OFFWORLD = 0.2  # share of the draws; scenes come two at a time, so a ninth of the pictures
CONTRASTS = 0.35  # share of the scenes that come from contrast pairs
HOUSEHOLD_SCENES = 0.2  # share of the other scenes that are rooms with a task for a robot
CHUNK = 200  # pictures drawn at a time
FIRST_SEED_OF_CHUNK = 1_000_003  # keeps the chunks' chances apart


@dataclass(frozen=True)
class Shown:
    """What a picture shows, and one activity that is safe there and one that is not. None: not of this world."""

    scene: Scene | None
    safe: str = ""
    unsafe: str = ""


def patch_labels(boxes: tuple[Box, ...]) -> NDArray[np.int16]:
    """What covers each patch, row by row; later boxes are drawn over earlier ones."""
    labels = np.zeros((GRID, GRID), np.int16)
    edges = np.arange(GRID + 1) / GRID
    for box in boxes:
        if box.label not in LABEL_OF:
            continue
        down = np.clip(np.minimum(edges[1:], box.bottom) - np.maximum(edges[:-1], box.top), 0, None) * GRID
        across = np.clip(np.minimum(edges[1:], box.right) - np.maximum(edges[:-1], box.left), 0, None) * GRID
        cover = down[:, None] * across[None, :]
        labels[(cover >= TOUCHED) & (cover < COVERED)] = UNSURE
        labels[cover >= COVERED] = LABEL_OF[box.label]
    return labels.reshape(PATCHES)


def squeezed(image: Image.Image) -> NDArray[np.uint8]:
    """As the model's processor resizes it."""
    return np.asarray(image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def sample_shown(chance: Random) -> tuple[Shown, Shown]:
    """Two pictures to draw, from a quad or a contrast pair."""
    if chance.random() < CONTRASTS:
        contrast = sample_contrast(chance)
        return Shown(contrast.safe, safe=contrast.activity), Shown(contrast.unsafe, unsafe=contrast.activity)
    if chance.random() < HOUSEHOLD_SCENES:
        rooms = sample_household_quad(chance)
        first, second = rooms.first.name, rooms.second.name
        return Shown(rooms.scene_a, first, second), Shown(rooms.scene_b, second, first)
    quad = sample_quad(chance)
    return Shown(quad.scene_a, quad.first, quad.second), Shown(quad.scene_b, quad.second, quad.first)


@dataclass(frozen=True)
class Pool:
    """Pictures (uint8), their patch labels and what they show."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int16]
    shown: tuple[Shown, ...]

    @staticmethod
    def open(folder: Path) -> "Pool":
        shown = pickle.loads((folder / "shown.pickle").read_bytes())  # noqa: S301 - written by this program
        return Pool(np.load(folder / "pixels.npy", mmap_mode="r"), np.load(folder / "labels.npy"), tuple(shown))


def draw_pool(folder: Path, pictures: int, seed: int, processes: int = 2) -> Pool:
    """Draw this many (rounded up to whole chunks); the same arguments give the same pool."""
    folder.mkdir(parents=True, exist_ok=True)
    chunks = range(-(-pictures // CHUNK))
    total = len(chunks) * CHUNK
    pixels = np.lib.format.open_memmap(folder / "pixels.npy", "w+", np.dtype(np.uint8), (total, SIDE, SIDE, 3))
    labels = np.zeros((total, PATCHES), np.int16)
    shown: list[Shown] = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as workers:
        for chunk, drawn in enumerate(workers.map(partial(_draw_chunk, seed), chunks)):
            rows = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
            pixels[rows], labels[rows] = drawn[0], drawn[1]
            shown.extend(drawn[2])
    pixels.flush()
    np.save(folder / "labels.npy", labels)
    (folder / "shown.pickle").write_bytes(pickle.dumps(shown))
    return Pool.open(folder)


def _draw_chunk(seed: int, chunk: int) -> tuple[NDArray[np.uint8], NDArray[np.int16], list[Shown]]:
    chance = Random(seed * FIRST_SEED_OF_CHUNK + chunk)
    shown: list[Shown] = []
    while len(shown) < CHUNK:
        shown.extend(sample_shown(chance) if chance.random() > OFFWORLD else (Shown(None),))
    shown = shown[:CHUNK]
    pictures, labels = zip(*(_drawn(each, chance) for each in shown), strict=True)
    return np.stack(pictures), np.stack(labels), shown


def _drawn(shown: Shown, chance: Random) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    seed, size = rendering_seed(chance, Split.TRAIN), chance.choice(SIZES)
    if shown.scene is None:
        return squeezed(offworld_picture(seed, min(size, 192))), np.zeros(PATCHES, np.int16)
    drawing = draw(shown.scene, seed, size)
    return squeezed(drawing.image), patch_labels(drawing.boxes)
