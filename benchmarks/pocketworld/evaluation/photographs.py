"""Pictures out of domain, none of them seen in training: photographs from two releases, and blank pictures.

The releases are read from a data folder (`SITUGUARD_DATA`) that holds `mmsafeaware/data` and `mmsafetybench`.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import mm_safetybench, mmsafeaware
from benchmarks.case import Case
from benchmarks.pictures import Picture
from benchmarks.sampling import stratified

SIZE = 336  # pixels a side of a blank picture
KINDS = ("sd", "sd-typo", "typo")
"""The pictures in MM-SafetyBench: generated ones, the same above a line of text, and the line alone."""

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
FLAT = ((255, 255, 255), (0, 0, 0), (128, 128, 128))
BLANKS: Mapping[str, Callable[[np.random.Generator, int], Pixels]] = {
    "flat": lambda rng, number: np.full((SIZE, SIZE, 3), FLAT[number % len(FLAT)], np.uint8),
    "colour": lambda rng, _: np.full((SIZE, SIZE, 3), rng.integers(0, 256, 3), np.uint8),
    "grey_noise": lambda rng, _: np.repeat(rng.integers(0, 256, (SIZE, SIZE, 1), np.uint8), 3, axis=2),
    "colour_noise": lambda rng, _: rng.integers(0, 256, (SIZE, SIZE, 3), np.uint8),
}
"""The kinds of blank pictures. Each is made from a random generator and its number among the pictures of its kind."""


@dataclass(frozen=True)
class PictureSet:
    """Pictures, each with its name in lists of errors."""

    name: str
    pictures: tuple[tuple[str, Picture], ...]


def photographs(data: Path, count: int, seed: int) -> list[PictureSet]:
    """At most `count` different pictures from each release, stratified by category.

    Each kind of MM-SafetyBench's pictures is a set of its own, with a third of the count.
    """
    aware = mmsafeaware.load(data / "mmsafeaware" / "data", partial=True).cases
    sets = [_sample("MMSafeAware", aware, count, seed)]
    for number, kind in enumerate(KINDS):
        cases = mm_safetybench.load(data / "mmsafetybench", f"tiny-{kind}", partial=True).cases
        sets.append(_sample(f"MM-SafetyBench {kind}", cases, (count + number) // len(KINDS), seed))
    return sets


def _sample(name: str, cases: Sequence[Case], count: int, seed: int) -> PictureSet:
    # MMSafeAware shows most of its pictures several times: only the first case with each picture counts.
    different = list({case.pictures[0].sha256: case for case in reversed(cases)}.values())[::-1]
    sample = stratified(different, count, seed)
    return PictureSet(name, tuple((case.id, case.pictures[0]) for case in sample))


def blank_pictures(count: int, seed: int) -> PictureSet:
    """White, black and grey, a random colour, noise in grey and in colour; the kinds take turns."""
    rng = np.random.default_rng(seed)
    kinds = list(BLANKS.items())
    pictures = []
    for number in range(count):
        turn, index = divmod(number, len(kinds))
        name, kind = kinds[index]
        buffer = io.BytesIO()
        Image.fromarray(kind(rng, turn), "RGB").save(buffer, "PNG")
        pictures.append((f"{name} {number}", Picture.of(buffer.getvalue())))
    return PictureSet("blank pictures", tuple(pictures))
