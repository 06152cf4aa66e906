"""All exact figures of a checkpoint on held-out cases, part by part: what `situguard-bench pocket` measures."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.pocketworld.evaluation.agent_eval import Examiner
from benchmarks.pocketworld.evaluation.batched_model import BatchedModel
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.injection_eval import injected_figures
from benchmarks.pocketworld.evaluation.ood_eval import by_the_eye, through_proxy
from benchmarks.pocketworld.evaluation.photographs import PictureSet, blank_pictures, photographs
from benchmarks.pocketworld.evaluation.proxy_eval import end_to_end
from benchmarks.pocketworld.evaluation.serving import serving
from benchmarks.pocketworld.sampling.pairs import HeldOutPair, held_out_pairs


class Part(StrEnum):
    """What can be measured apart.

    In `HELD_OUT` and `EYE` the agents are asked themselves, and replies are not constrained, so that one which does
    not parse is seen; the same seed gives the same figures. The rest goes through a running demo, where each request
    has a nonce of its own: there a verdict in a hundred may differ from run to run.
    """

    HELD_OUT = "held-out"
    END_TO_END = "end-to-end"
    EYE = "eye"
    PHOTOGRAPHS = "photographs"
    INJECTED = "injected"


@dataclass(frozen=True)
class Size:
    """How many pairs go through the proxy, pictures of each release (and blank ones), and scenes with injected text."""

    pairs: int = 400
    pictures: int = 200
    attacked: int = 100


@dataclass(frozen=True)
class Evaluation:
    """A checkpoint, and what it is measured with. Without `data` there are no photographs."""

    folder: Path
    seed: int
    size: Size
    data: Path | None

    async def figures(self, parts: Collection[Part]) -> list[Figure]:
        """The figures of these parts, in the order in which parts are told."""
        return [figure for part in Part if part in parts for figure in await self._measured(part)]

    async def _measured(self, part: Part) -> list[Figure]:
        match part:
            case Part.HELD_OUT:
                return await Examiner(BatchedModel(self.folder), self.seed).figures()
            case Part.EYE:
                return await by_the_eye(BatchedModel(self.folder), self._strangers())
            case Part.END_TO_END | Part.PHOTOGRAPHS | Part.INJECTED:
                return await self._served(part)

    async def _served(self, part: Part) -> list[Figure]:
        with serving(self.folder) as address:
            match part:
                case Part.PHOTOGRAPHS:
                    return await through_proxy(address, self._strangers(), self.seed)
                case Part.INJECTED:
                    return await injected_figures(address, self._pairs(self.size.attacked))
                case _:
                    return await end_to_end(address, self._pairs(self.size.pairs))

    def _pairs(self, count: int) -> list[HeldOutPair]:
        return held_out_pairs(count, self.seed)

    def _strangers(self) -> list[PictureSet]:
        taken = photographs(self.data, self.size.pictures, self.seed) if self.data else []
        return [*taken, blank_pictures(self.size.pictures, self.seed)]
