"""All exact figures of a checkpoint on held-out cases, part by part: what `situguard-bench pocket` measures."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.pocketworld.batched import BatchedModel
from benchmarks.pocketworld.examiner import Examiner
from benchmarks.pocketworld.figures import Figure
from benchmarks.pocketworld.photographs import PictureSet, blank_pictures, photographs
from benchmarks.pocketworld.serving import serving
from benchmarks.pocketworld.unknown_figures import by_the_eye, through_proxy


class Part(StrEnum):
    """What can be measured apart. The agents are asked themselves, unconstrained, in `HELD_OUT` and `EYE`; the rest
    goes through a running proxy."""

    HELD_OUT = "held-out"
    EYE = "eye"
    PHOTOGRAPHS = "photographs"


@dataclass(frozen=True)
class Evaluation:
    """A checkpoint, and what it is measured with: `pictures` of each release, and as many blank ones.

    Without `data` there are no photographs.
    """

    folder: Path
    seed: int
    pictures: int
    data: Path | None

    async def figures(self, parts: Collection[Part]) -> list[Figure]:
        """The figures of these parts."""
        return [figure for part in Part if part in parts for figure in await self._measured(part)]

    async def _measured(self, part: Part) -> list[Figure]:
        match part:
            case Part.HELD_OUT:
                return await Examiner(BatchedModel(self.folder), self.seed).figures()
            case Part.EYE:
                return await by_the_eye(BatchedModel(self.folder), self._strangers())
            case Part.PHOTOGRAPHS:
                with serving(self.folder) as address:
                    return await through_proxy(address, self._strangers(), self.seed)

    def _strangers(self) -> list[PictureSet]:
        taken = photographs(self.data, self.pictures, self.seed) if self.data else []
        return [*taken, blank_pictures(self.pictures, self.seed)]
