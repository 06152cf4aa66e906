"""Hands out the pool's pictures, each once a round: mirrored or not, in the light and noise of another camera.

An eye of this size comes to know its pictures by heart: without the mirror, six rounds of 16,000 left it at 98 % of
the things in them, and 92 % of those in new ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.pocketworld.training.labels import UNKNOWN
from benchmarks.pocketworld.training.model import GRID, PATCHES, SIDE
from benchmarks.pocketworld.training.picture_pool import PLACE_LABELS, Pool, Shown

GAIN, OFFSET, NOISE = 0.12, 0.06, 0.03  # standard deviations, where pixels run from -1 to 1
NOISE_BANK = 40  # noise pictures, used again and again: drawing fresh noise costs as much as the forward pass


@dataclass(frozen=True)
class Look:
    """A step's pictures, and what is true of them."""

    pixels: Tensor
    patches: Tensor
    places: Tensor
    shown: tuple[Shown, ...]


class Album:
    """The share of the pool that one of `count` processes works with."""

    def __init__(self, pool: Pool, seed: int, rank: int, count: int) -> None:
        self._pool = pool
        self._mine = np.arange(rank, len(pool.shown), count)
        self._chance = np.random.default_rng((seed, rank))
        self._noise = NOISE * torch.randn(NOISE_BANK, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(seed))
        self._order = self._rounds()

    def look(self, count: int) -> Look:
        chosen = np.array([next(self._order) for _ in range(count)])
        shown = tuple(self._pool.shown[index] for index in chosen)
        places = [PLACE_LABELS.index(each.scene.place if each.scene else UNKNOWN) for each in shown]
        pixels, labels = self._pool.pixels[chosen], self._pool.labels[chosen].reshape(-1, GRID, GRID)
        mirrored = self._mirrored(shown)
        pixels[mirrored] = pixels[mirrored, :, ::-1]
        labels[mirrored] = labels[mirrored, :, ::-1]
        patches = torch.from_numpy(labels.reshape(-1, PATCHES).astype(np.int64))
        return Look(self._light(pixels), patches, torch.tensor(places), shown)

    def _mirrored(self, shown: tuple[Shown, ...]) -> NDArray[np.bool_]:
        """Half of the pictures, but none with a sign: letters have a right way round."""
        legible = np.array([each.scene is not None and each.scene.sign is not None for each in shown])
        chosen: NDArray[np.bool_] = (self._chance.random(len(shown)) < 0.5) & ~legible
        return chosen

    def _light(self, pixels: NDArray[np.uint8]) -> Tensor:
        raw = torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 127.5 - 1
        gain = torch.from_numpy(self._chance.normal(1, GAIN, (len(raw), 3, 1, 1))).float()
        offset = torch.from_numpy(self._chance.normal(0, OFFSET, (len(raw), 3, 1, 1))).float()
        noise = self._noise[torch.from_numpy(self._chance.integers(NOISE_BANK, size=len(raw)))]
        return raw * gain + offset + noise

    def _rounds(self) -> Iterator[int]:
        while True:
            yield from self._chance.permutation(self._mine).tolist()
