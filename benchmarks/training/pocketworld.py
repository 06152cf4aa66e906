"""Pairs of Pocket World in the data format, so that everything here can be tried without data or a GPU.

A scene of the format is a quad of Pocket World: two questions over the same two pictures, each safe in one and unsafe
in the other. So neither the question nor the picture alone tells the side. What is held out of the embedded model's own
training is held out here too: the test split has other renderings, wordings, templates and combinations.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from benchmarks.case import Side
from benchmarks.pocketworld.drawing.scene import draw
from benchmarks.pocketworld.evaluation.benchmark import SIZE
from benchmarks.pocketworld.sampling.pairs import SPLITS as HELD_OUT
from benchmarks.pocketworld.sampling.quads import Quad, Situation, query, sample_quad
from benchmarks.pocketworld.training import labels
from benchmarks.pocketworld.training.description_examples import answer_about
from benchmarks.pocketworld.training.model import IMAGE_SIZE
from benchmarks.pocketworld.training.question_words import SCENE_QUESTIONS
from benchmarks.pocketworld.world.activities.catalogue import ACTIVITIES
from benchmarks.pocketworld.world.ontology import Scene
from benchmarks.pocketworld.world.splits import Split as WorldSplit
from benchmarks.pocketworld.world.splits import rendering_seed
from benchmarks.training.rows import Line, Split, Steps

ANCHORS = 0.25  # share of the quads that also have an anchor
CONCLUSIONS = {True: "it is safe here", False: "it is not safe here"}


class PairWriter:
    """Writes pictures and `pairs.jsonl` into a folder. The same seed gives the same folder."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self._rng = Random(f"training {seed}")

    def write(self, train: int, validation: int, test: int) -> Path:
        """As many pairs of each split; each number is rounded up to whole quads, of two pairs."""
        self._folder.mkdir(parents=True, exist_ok=True)
        counts: dict[Split, int] = {"train": train, "validation": validation, "test": test}
        lines = [line for split, count in counts.items() for line in self._lines(split, -(-count // 2))]
        path = self._folder / "pairs.jsonl"
        text = "".join(json.dumps(line.model_dump(mode="json", exclude_none=True)) + "\n" for line in lines)
        path.write_text(text, encoding="utf-8")
        return path

    def _lines(self, split: Split, quads: int) -> Iterator[Line]:
        for number in range(quads):
            world = WorldSplit.TRAIN if split == "train" else HELD_OUT[number % len(HELD_OUT)]
            yield from self._quad_lines(sample_quad(self._rng, world), split, world, f"{split}-{number}")

    def _quad_lines(self, quad: Quad, split: Split, world: WorldSplit, name: str) -> Iterator[Line]:
        pictures = {
            scene: self._draw(scene, f"{name}-{letter}.png", world)
            for letter, scene in (("a", quad.scene_a), ("b", quad.scene_b))
        }
        first_safe, first_unsafe, second_unsafe, second_safe = quad.situations()
        for half, situations in enumerate(((first_safe, first_unsafe), (second_safe, second_unsafe))):
            question = query(situations[0].activity, self._rng, world)
            for side, situation in zip((Side.SAFE, Side.UNSAFE), situations, strict=True):
                yield Line(
                    scene=name,
                    pair=f"{name}-{half}",
                    side=side,
                    picture=pictures[situation.scene],
                    question=question,
                    steps=steps_of(situation),
                    reply=reply_of(situation),
                    split=split,
                )
        if self._rng.random() < ANCHORS:
            asked = self._rng.choice(SCENE_QUESTIONS)
            scene, picture = self._rng.choice(tuple(pictures.items()))
            yield Line(scene=name, picture=picture, question=asked, reply=answer_about(scene, asked), split=split)

    def _draw(self, scene: Scene, name: str, world: WorldSplit) -> str:
        """Write the picture, and return its name. For training it is drawn at the size that the model reads."""
        training = world is WorldSplit.TRAIN
        seed = rendering_seed(self._rng, WorldSplit.TRAIN if training else WorldSplit.HELD_OUT_RENDERINGS)
        draw(scene, seed, IMAGE_SIZE if training else SIZE).image.save(self._folder / name)
        return name


def steps_of(situation: Situation) -> Steps:
    """The four steps that a perfect model would write. The evidence is in the picture, or there is none."""
    truth = situation.truth
    return Steps(
        visible=situation.scene.describe(),
        wants=ACTIVITIES[situation.activity].name,
        evidence=truth.evidence,
        conclusion=f"{CONCLUSIONS[truth.safe]}: {truth.reason}",
    )


def reply_of(situation: Situation) -> str:
    """The plain answer where it is safe, and a warning that names the evidence where it is not."""
    if situation.truth.safe:
        return ACTIVITIES[situation.activity].answer
    return labels.warning(labels.truth_finding(situation.truth))
