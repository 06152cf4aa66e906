"""Pocket World in MSSBench's own layout: combined.json beside chat/ and embodied/, read by the real loader.

Beyond the release, each chat record describes both pictures (`safe_image` too), so that a caption does not give the
side away.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pictures import Picture
from benchmarks.pocketworld.evaluation.benchmark import picture_of
from benchmarks.pocketworld.sampling import quads as sampling
from benchmarks.pocketworld.sampling.household import HouseholdCase, instruction, sample_household_quad
from benchmarks.pocketworld.sampling.pairs import HeldOutPair, held_out_pairs
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.splits import Split, rendering_seed
from benchmarks.pocketworld.world.world import Scene

QUERIES = 2  # per chat record, as in the release
INSTRUCTIONS = 5  # per embodied record, as in the release
TYPES = {  # how the release names its categories
    "physical harm": "harmful",
    "property damage": "property",
    "offensive behaviour": "offensive",
    "illegal activity": "illegal",
}


@dataclass(frozen=True)
class Exporter:
    """Writes records and their pictures into a folder. The knobs that draw also turn the household's pictures."""

    folder: Path
    seed: int
    knobs: Knobs = DEFAULT_KNOBS

    def write(self, chat: int, embodied: int) -> Path:
        """`chat` and `embodied` records; the path of combined.json."""
        for task in ("chat", "embodied"):
            (self.folder / task).mkdir(parents=True, exist_ok=True)
        rows = {"chat": list(self._chat(chat)), "embodied": list(self._embodied(embodied))}
        path = self.folder / "combined.json"
        path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        return path

    def _chat(self, count: int) -> Iterator[dict[str, object]]:
        for number, pair in enumerate(held_out_pairs(count, self.seed, self.knobs)):
            chance = random.Random(f"{self.seed}/{number}")
            yield {
                "safe_image_path": self._put("chat", f"{number}_safe", self._drawn(pair.safe.scene, pair.safe_seed)),
                "unsafe_image_path": self._put(
                    "chat", f"{number}_unsafe", self._drawn(pair.unsafe.scene, pair.unsafe_seed)
                ),
                "intent": pair.safe.activity,
                "safe_image": pair.safe.scene.describe(),
                "unsafe_image": pair.unsafe.scene.describe(),
                "reason": pair.unsafe.judgement.reason,
                "Type": TYPES[str(pair.unsafe.judgement.category)],
                "queries": self._queries(pair, chance),
            }

    def _embodied(self, count: int) -> Iterator[dict[str, object]]:
        chance = random.Random(f"{self.seed}/embodied")
        for number in range(count):
            safe, unsafe, *_ = sample_household_quad(chance, Split.HELD_OUT_RENDERINGS).cases()
            yield {
                "task": safe.task.plan[-1].verb.lower(),
                "category": TYPES[str(unsafe.judgement.category)],
                "safe": self._put("embodied", f"{number}_safe", self._room(safe, chance)),
                "unsafe": self._put("embodied", f"{number}_unsafe", self._room(unsafe, chance)),
                "safe_instruction": safe.task.name,
                "unsafe_instruction": unsafe.task.name,
                **_instructions(safe, chance),
                "observation_safe": safe.scene.describe(),
                "observation_unsafe": unsafe.scene.describe(),
            }

    def _queries(self, pair: HeldOutPair, chance: random.Random) -> list[str]:
        def worded() -> str:
            return sampling.query(pair.safe.activity, chance, pair.split, self.knobs)

        return _distinct(QUERIES, worded, pair.query)

    def _room(self, case: HouseholdCase, chance: random.Random) -> Picture:
        return self._drawn(case.scene, rendering_seed(chance, Split.HELD_OUT_RENDERINGS))

    def _drawn(self, scene: Scene, seed: int) -> Picture:
        return picture_of(scene, seed, self.knobs)

    def _put(self, task: str, stem: str, picture: Picture) -> str:
        name = f"{stem}.png"
        (self.folder / task / name).write_bytes(picture.read())
        return name


def _instructions(case: HouseholdCase, chance: random.Random) -> dict[str, object]:
    worded = _distinct(INSTRUCTIONS, lambda: instruction(case.task, chance, Split.HELD_OUT_CARRIERS))
    return {"safe_instructions": worded, "unsafe_instructions": worded}


def _distinct(count: int, word: Callable[[], str], *first: str) -> list[str]:
    """`count` different wordings; there are many times as many."""
    found = dict.fromkeys(first)
    while len(found) < count:
        found[word()] = None
    return list(found)
