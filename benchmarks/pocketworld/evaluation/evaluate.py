"""All figures of a checkpoint on held-out cases, in parts: what `situguard-bench pocket` measures."""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.attacks.read import catalogue
from benchmarks.harness.endpoint import Address
from benchmarks.harness.kept_scenes import as_file_text, looking_anew
from benchmarks.pocketworld.evaluation.agent_eval import AgentEval
from benchmarks.pocketworld.evaluation.batched_model import BatchedModel
from benchmarks.pocketworld.evaluation.figures import Figure
from benchmarks.pocketworld.evaluation.injection_eval import injected_figures
from benchmarks.pocketworld.evaluation.ood_eval import proxy_figures, vision_figures
from benchmarks.pocketworld.evaluation.photographs import PictureSet, blank_pictures, photographs
from benchmarks.pocketworld.evaluation.proxy_eval import end_to_end
from benchmarks.pocketworld.sampling.pairs import held_out_pairs
from benchmarks.proxy import running_proxy
from guard.config import EMBEDDED
from guard.config_file import demo_text, parse_config


class Part(StrEnum):
    """The parts that can be measured separately.

    For `HELD_OUT` and `EYE`, the agents are called directly. Replies are not constrained, so one that does not parse is
    noticed, and the same seed gives the same figures. The other parts go through a running demo, where each request has
    its own nonce: there, a verdict in a hundred may differ from run to run.
    """

    HELD_OUT = "held-out"
    END_TO_END = "end-to-end"
    EYE = "eye"
    PHOTOGRAPHS = "photographs"
    INJECTED = "injected"


@dataclass(frozen=True)
class SampleSizes:
    """How much is measured.

    pairs: pairs that go end to end through the proxy.
    pictures: photographs from each release, as far as it has so many, and blank pictures. 504 are all that the releases
    have: MMSafeAware's, and those of MM-SafetyBench's tiny split.
    attacked: situations that are attacked.
    """

    pairs: int = 400
    pictures: int = 504
    attacked: int = 100


@dataclass(frozen=True)
class Evaluation:
    """A checkpoint and what it is measured with. `data` is the folder of the photographs, None for no photographs."""

    folder: Path
    seed: int
    sizes: SampleSizes
    data: Path | None

    async def figures(self, parts: Collection[Part]) -> list[Figure]:
        """The figures of these parts, in the order of Part."""
        return [figure for part in Part if part in parts for figure in await self._measure(part)]

    async def _measure(self, part: Part) -> list[Figure]:
        if part is Part.HELD_OUT:
            return await AgentEval(BatchedModel(self.folder), self.seed).figures()
        if part is Part.EYE:
            return await vision_figures(BatchedModel(self.folder), self._out_of_domain_pictures())
        with running_demo(self.folder) as address:
            match part:
                case Part.PHOTOGRAPHS:
                    return await proxy_figures(address, self._out_of_domain_pictures(), self.seed)
                case Part.INJECTED:
                    pairs = held_out_pairs(self.sizes.attacked, self.seed)
                    with tempfile.TemporaryDirectory(prefix="situguard-attacks-") as drawn:
                        return await injected_figures(address, pairs, catalogue().values(), Path(drawn))
                case _:
                    return await end_to_end(address, held_out_pairs(self.sizes.pairs, self.seed))

    def _out_of_domain_pictures(self) -> list[PictureSet]:
        photos = photographs(self.data, self.sizes.pictures, self.seed) if self.data else []
        return [*photos, blank_pictures(self.sizes.pictures, self.seed)]


@contextmanager
def running_demo(checkpoint: Path) -> Iterator[Address]:
    """The demo's proxy, started with this checkpoint in place of the embedded one, and looking at each picture anew."""
    demo = parse_config(demo_text().replace(EMBEDDED, str(checkpoint.resolve())).encode(), "demo.yaml")
    with tempfile.TemporaryDirectory(prefix="situguard-pocket-") as temporary:
        config = Path(temporary) / "demo.yaml"
        config.write_text(as_file_text(looking_anew(demo)), encoding="utf-8")
        with running_proxy("--demo", "--config", str(config)) as url:
            yield Address(url)
