"""The pool of training pictures: drawn beforehand into a file that the processes share, with a label for each patch.

A patch's label says what covers it. Such dense labels teach the vision tower in minutes what one label per picture does
not.
"""

import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.pocketworld.drawing.scene import Box, draw
from benchmarks.pocketworld.sampling.household import sample_household_quad
from benchmarks.pocketworld.sampling.quads import sample_contrast, sample_quad
from benchmarks.pocketworld.training.distractors import DistractorWriter
from benchmarks.pocketworld.training.labels import UNKNOWN
from benchmarks.pocketworld.training.model import GRID, IMAGE_SIZE, IMAGE_TOKENS
from benchmarks.pocketworld.training.out_of_domain.pictures import out_of_domain_picture
from benchmarks.pocketworld.training.picture_words import LABEL, PictureWords, with_words
from benchmarks.pocketworld.world.ontology import PLACES, SIGNS, THINGS, Scene
from benchmarks.pocketworld.world.splits import Split, rendering_seed

PATCH_LABELS = ("nothing", *(thing.label for thing in THINGS), *(f"sign: {sign}" for sign in SIGNS), LABEL)
PLACE_LABELS = (*PLACES, UNKNOWN)
LABEL_OF = {label: number for number, label in enumerate(PATCH_LABELS)}
CONTENTS = "contents.pickle"
UNSURE = -100  # ignored in the loss
COVERED, TOUCHED = (
    0.45,
    0.10,
)  # shares of a patch: at least the first, it gets the label; below the second, it gets none
SIZES = (128, 128, 160, 160, 160, 192, 256, 336)  # pixels a side as drawn; then resized as the processor does
OUT_OF_DOMAIN = 0.2  # share of the draws; scenes come two at a time, so it is a ninth of the pictures
CONTRASTS = 0.35  # share of the scenes that come from contrast pairs
HOUSEHOLD_SCENES = 0.2  # share of the other scenes that are rooms with a household task
WORDS_IN_PICTURE = 0.28  # share of the scenes with words that are no part of them
CHUNK = 200  # pictures drawn at a time by one worker
FIRST_SEED_OF_CHUNK = 1_000_003  # keeps the random states of chunks apart


@dataclass(frozen=True)
class PictureContent:
    """What a picture shows, and one activity that is safe there and one that is not. No scene: out of domain.

    `words` stand in the picture and are no part of the scene.
    """

    scene: Scene | None
    safe: str = ""
    unsafe: str = ""
    words: PictureWords | None = None


def patch_labels(boxes: tuple[Box, ...]) -> NDArray[np.int16]:
    """The label of each patch, row by row, as (IMAGE_TOKENS,). Later boxes cover earlier ones."""
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
    return labels.reshape(IMAGE_TOKENS)


def resized(image: Image.Image) -> NDArray[np.uint8]:
    """The picture as the model's processor resizes it: (height, width, 3)."""
    return np.asarray(image.convert("RGB").resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.BICUBIC))


def sample_contents(rng: Random) -> tuple[PictureContent, PictureContent]:
    """What to draw in two pictures, from a quad or a contrast pair."""
    if rng.random() < CONTRASTS:
        contrast = sample_contrast(rng)
        return PictureContent(contrast.safe, safe=contrast.activity), PictureContent(
            contrast.unsafe, unsafe=contrast.activity
        )
    if rng.random() < HOUSEHOLD_SCENES:
        rooms = sample_household_quad(rng)
        first, second = rooms.first.name, rooms.second.name
        return PictureContent(rooms.scene_a, first, second), PictureContent(rooms.scene_b, second, first)
    quad = sample_quad(rng)
    return PictureContent(quad.scene_a, quad.first, quad.second), PictureContent(quad.scene_b, quad.second, quad.first)


@dataclass(frozen=True)
class Pool:
    """Training pictures.

    pixels: (pictures, height, width, 3), uint8.
    labels: (pictures, IMAGE_TOKENS), indices of PATCH_LABELS.
    contents: what each picture shows.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int16]
    contents: tuple[PictureContent, ...]

    @staticmethod
    def open(folder: Path) -> "Pool":
        """A pool that `draw_pool` has drawn. The pixels stay on disk until they are used."""
        contents = pickle.loads((folder / CONTENTS).read_bytes())  # noqa: S301 - written by this program
        return Pool(np.load(folder / "pixels.npy", mmap_mode="r"), np.load(folder / "labels.npy"), tuple(contents))


def draw_pool(folder: Path, pictures: int, seed: int, processes: int = 2) -> Pool:
    """Draw `pictures` (rounded up to whole chunks) into the folder. The same arguments give the same pool."""
    folder.mkdir(parents=True, exist_ok=True)
    chunks = range(-(-pictures // CHUNK))
    total = len(chunks) * CHUNK
    pixels = np.lib.format.open_memmap(
        folder / "pixels.npy", "w+", np.dtype(np.uint8), (total, IMAGE_SIZE, IMAGE_SIZE, 3)
    )
    labels = np.zeros((total, IMAGE_TOKENS), np.int16)
    contents: list[PictureContent] = []
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as workers:
        for chunk, drawn in enumerate(workers.map(partial(_draw_chunk, seed), chunks)):
            rows = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
            pixels[rows], labels[rows] = drawn[0], drawn[1]
            contents.extend(drawn[2])
    pixels.flush()
    np.save(folder / "labels.npy", labels)
    (folder / CONTENTS).write_bytes(pickle.dumps(contents))
    return Pool.open(folder)


def _draw_chunk(seed: int, chunk: int) -> tuple[NDArray[np.uint8], NDArray[np.int16], list[PictureContent]]:
    rng = Random(seed * FIRST_SEED_OF_CHUNK + chunk)
    contents: list[PictureContent] = []
    while len(contents) < CHUNK:
        contents.extend(sample_contents(rng) if rng.random() > OUT_OF_DOMAIN else (PictureContent(None),))
    speaker = DistractorWriter(rng)
    contents = [
        replace(each, words=speaker.for_picture()) if each.scene and rng.random() < WORDS_IN_PICTURE else each
        for each in contents[:CHUNK]
    ]
    pixels, labels = [], []
    for content in contents:
        render_seed, size = rendering_seed(rng, Split.TRAIN), rng.choice(SIZES)
        if content.scene is None:
            pixels.append(resized(out_of_domain_picture(render_seed, min(size, 192))))
            labels.append(np.zeros(IMAGE_TOKENS, np.int16))
        else:
            drawing = draw(content.scene, render_seed, size)
            if content.words is not None:
                drawing = with_words(drawing, content.words.text, rng)
            pixels.append(resized(drawing.image))
            labels.append(patch_labels(drawing.boxes))
    return np.stack(pixels), np.stack(labels), contents
