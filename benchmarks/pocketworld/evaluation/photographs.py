"""Pictures that are not of Pocket World, none of them seen in training: photographs of two releases, and blank ones.

The releases are read where they lie (`SITUGUARD_DATA`, with `mmsafeaware/data` and `mmsafetybench` in it).
"""

import io
from collections.abc import Callable, Iterable, Sequence
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
"""MM-SafetyBench's pictures: generated ones, the same over a line of text, and the line alone."""
FLAT = ((255, 255, 255), (0, 0, 0), (128, 128, 128))


@dataclass(frozen=True)
class PictureSet:
    """Pictures with what each is called in the list of errors."""

    name: str
    pictures: tuple[tuple[str, Picture], ...]


def photographs(data: Path, count: int, seed: int) -> list[PictureSet]:
    """At most `count` different pictures of each release, every category of it by its share; MM-SafetyBench's by kind,
    each kind a set of its own and a part of the count."""
    aware = mmsafeaware.load(data / "mmsafeaware" / "data", partial=True).cases
    sets = [_drawn("MMSafeAware", aware, count, seed)]
    for number, kind in enumerate(KINDS):
        cases = mm_safetybench.load(data / "mmsafetybench", f"tiny-{kind}", partial=True).cases
        sets.append(_drawn(f"MM-SafetyBench {kind}", cases, (count + number) // len(KINDS), seed))
    return sets


def blank_pictures(count: int, seed: int) -> PictureSet:
    """White, black and grey, one colour all over, noise in grey and in colour, in turn."""
    chance = np.random.default_rng(seed)
    painted = (
        (f"{kind.__name__.strip('_')} {number}", kind(chance, number))
        for number, kind in ((number, BLANKS[number % len(BLANKS)]) for number in range(count))
    )
    return PictureSet("blank pictures", tuple((name, _picture(pixels)) for name, pixels in painted))


def _drawn(name: str, cases: Sequence[Case], count: int, seed: int) -> PictureSet:
    sample = stratified(_different(cases), count, seed)
    return PictureSet(name, tuple((case.id, case.pictures[0]) for case in sample))


def _different(cases: Iterable[Case]) -> list[Case]:
    """The first case with each picture: MMSafeAware shows most of its pictures several times."""
    return list({case.pictures[0].sha256: case for case in reversed(list(cases))}.values())[::-1]


Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def _flat(chance: np.random.Generator, number: int) -> Pixels:
    return np.full((SIZE, SIZE, 3), FLAT[number // len(BLANKS) % len(FLAT)], np.uint8)


def _colour(chance: np.random.Generator, number: int) -> Pixels:
    return np.full((SIZE, SIZE, 3), chance.integers(0, 256, 3), np.uint8)


def _grey_noise(chance: np.random.Generator, number: int) -> Pixels:
    return np.broadcast_to(chance.integers(0, 256, (SIZE, SIZE, 1), np.uint8), (SIZE, SIZE, 3))


def _colour_noise(chance: np.random.Generator, number: int) -> Pixels:
    return chance.integers(0, 256, (SIZE, SIZE, 3), np.uint8)


BLANKS: tuple[Callable[[np.random.Generator, int], Pixels], ...] = (_flat, _colour, _grey_noise, _colour_noise)


def _picture(pixels: Pixels) -> Picture:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels), "RGB").save(buffer, "PNG")
    return Picture.of(buffer.getvalue())
