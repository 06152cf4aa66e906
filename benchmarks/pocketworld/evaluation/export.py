"""Pocket World in the layout of MSSBench: combined.json beside chat/ and embodied/, which MSSBench's loader reads.

Unlike the release, each chat record describes both pictures (`safe_image` too), so that a caption does not give the
side away.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.pocketworld.evaluation.benchmark import picture_of
from benchmarks.pocketworld.sampling.household import HouseholdSituation, instruction, sample_household_quad
from benchmarks.pocketworld.sampling.pairs import held_out_pairs
from benchmarks.pocketworld.sampling.quads import query
from benchmarks.pocketworld.world.knobs import DEFAULT_KNOBS, Knobs
from benchmarks.pocketworld.world.ontology import Scene
from benchmarks.pocketworld.world.splits import Split, rendering_seed

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
    """Writes records and their pictures into a folder. Household rooms follow only the knobs that concern drawing."""

    folder: Path
    seed: int
    knobs: Knobs = DEFAULT_KNOBS

    def write(self, chat: int, embodied: int) -> Path:
        """Write this many chat and embodied records, and return the path of combined.json."""
        for task in ("chat", "embodied"):
            (self.folder / task).mkdir(parents=True, exist_ok=True)
        rows = {"chat": list(self._chat(chat)), "embodied": list(self._embodied(embodied))}
        path = self.folder / "combined.json"
        path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        return path

    def _chat(self, count: int) -> Iterator[dict[str, object]]:
        for number, pair in enumerate(held_out_pairs(count, self.seed, self.knobs)):
            rng = random.Random(f"{self.seed}/{number}")
            word = partial(query, pair.safe.activity, rng, pair.split, self.knobs)
            yield {
                "safe_image_path": self._draw("chat", f"{number}_safe", pair.safe.scene, pair.safe_seed),
                "unsafe_image_path": self._draw("chat", f"{number}_unsafe", pair.unsafe.scene, pair.unsafe_seed),
                "intent": pair.safe.activity,
                "safe_image": pair.safe.scene.describe(),
                "unsafe_image": pair.unsafe.scene.describe(),
                "reason": pair.unsafe.truth.reason,
                "Type": TYPES[str(pair.unsafe.truth.category)],
                "queries": distinct(QUERIES, word, pair.query),
            }

    def _embodied(self, count: int) -> Iterator[dict[str, object]]:
        """Two records from each quad, over the same two pictures: what is safe in one is unsafe in the other. So a
        picture alone says nothing, as long as `count` is even.
        """
        rng = random.Random(f"{self.seed}/embodied")
        for quad in range(0, count, 2):
            first_safe, first_unsafe, second_unsafe, second_safe = sample_household_quad(
                rng, Split.HELD_OUT_RENDERINGS
            ).situations()
            names = [
                self._draw(
                    "embodied", f"{quad}_{side}", situation.scene, rendering_seed(rng, Split.HELD_OUT_RENDERINGS)
                )
                for side, situation in (("safe", first_safe), ("unsafe", first_unsafe))
            ]
            yield _embodied_record(first_safe, first_unsafe, names[0], names[1], rng)
            if quad + 1 < count:
                yield _embodied_record(second_safe, second_unsafe, names[1], names[0], rng)

    def _draw(self, task: str, stem: str, scene: Scene, seed: int) -> str:
        """Write the picture, and return the name of its file."""
        name = f"{stem}.png"
        (self.folder / task / name).write_bytes(picture_of(scene, seed, self.knobs).read())
        return name


def _embodied_record(
    safe: HouseholdSituation, unsafe: HouseholdSituation, safe_name: str, unsafe_name: str, rng: random.Random
) -> dict[str, object]:
    instructions = distinct(INSTRUCTIONS, partial(instruction, safe.task, rng, Split.HELD_OUT_TEMPLATES))
    return {
        "task": safe.task.plan[-1].verb.lower(),
        "category": TYPES[str(unsafe.truth.category)],
        "safe": safe_name,
        "unsafe": unsafe_name,
        "safe_instruction": safe.task.name,
        "unsafe_instruction": unsafe.task.name,
        "safe_instructions": instructions,
        "unsafe_instructions": instructions,
        "observation_safe": safe.scene.describe(),
        "observation_unsafe": unsafe.scene.describe(),
    }


def distinct(count: int, word: Callable[[], str], *first: str) -> list[str]:
    """`count` different wordings. There must be at least as many."""
    found = dict.fromkeys(first)
    while len(found) < count:
        found[word()] = None
    return list(found)
