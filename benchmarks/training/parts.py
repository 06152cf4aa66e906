"""Probes and heads as files for the engine: trained, measured and saved with what they were made for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from agents.engine.checkpoint import Checkpoint
from agents.models.base import ChatModel
from agents.models.trained_parts import HeadCard, ProbeCard, save_part
from agents.pilot import SITUATION, Pilot, Place
from agents.prompts import PromptSet
from benchmarks.training.head import HeadRecipe, tune_head
from benchmarks.training.probe import (
    LinearProbe,
    ProbeFigures,
    auroc,
    auroc_of_shuffled,
    best_looseness,
    best_threshold,
    calibration_error,
    fit,
    shares,
)
from benchmarks.training.rows import SPLITS, digest_of
from benchmarks.training.splits import TrainingData
from benchmarks.training.states import Labelled, labelled_states, without_pictures

LAST = -1  # the layer that the output layer reads


@dataclass(frozen=True)
class ProbeSpec:
    """Which state is read: of a layer, after so many tokens of the reply to a prompt of a set, with findings or not.

    `safe_kept` is the share of safe validation rows that the threshold must keep.
    """

    prompts: str = "default"
    prompt: str = SITUATION
    layer: int = LAST
    after_tokens: int = 2
    findings: bool = False
    seed: int = 0
    safe_kept: float = 0.0

    def places(self) -> list[Place]:
        """Where states are taken: at k = 0 as published, and where the probe reads."""
        return [(self.layer, after) for after in sorted({0, self.after_tokens})]


@dataclass(frozen=True)
class PlaceStates:
    """The states at one place: of each split, and of the test rows over blank pictures."""

    train: Labelled
    validation: Labelled
    test: Labelled
    blank: Labelled


@dataclass(frozen=True)
class Measured:
    """A probe with its threshold, both chosen on the validation rows, and its figures on the test rows."""

    probe: LinearProbe
    threshold: float
    figures: ProbeFigures


async def make_probe(
    model: ChatModel, identity: str, data: TrainingData, spec: ProbeSpec, out: Path
) -> dict[int, ProbeFigures]:
    """Train the probe, save it, and return the figures by k: of k = 0, and of the probe's own."""
    states = await _states(model, data, spec)
    digest = await asyncio.to_thread(digest_of, data.path, data.rows)
    measured = {after: _measured(each, spec) for (_, after), each in states.items()}
    figures = {after: each.figures for after, each in measured.items()}
    own = measured[spec.after_tokens]
    card = ProbeCard(
        model=identity,
        layer=spec.layer,
        after_tokens=spec.after_tokens,
        prompt=spec.prompt,
        prompt_sha256=Pilot(model, PromptSet.load(spec.prompts), spec.prompt).prompt_digest,
        findings=spec.findings,
        threshold=own.threshold,
        figures={
            "held_out": {f"k={after}": asdict(each) for after, each in figures.items()},
            "pairs": {split: len(data[split].pairs) for split in SPLITS},
            "data_sha256": digest,
            "seed": spec.seed,
            "scikit-learn": version("scikit-learn"),
        },
    )
    save_part(out, card, {"weight": own.probe.weight, "bias": own.probe.weight.new_tensor([own.probe.bias])})
    return figures


def _measured(states: PlaceStates, spec: ProbeSpec) -> Measured:
    looseness = best_looseness(states.train, states.validation)
    probe = fit(states.train, looseness)
    threshold = best_threshold(probe, states.validation, spec.safe_kept)
    figures = ProbeFigures(
        auroc(probe, states.test),
        auroc_of_shuffled(states.train, states.test, spec.seed, looseness),
        auroc(probe, states.blank),
        calibration_error(probe, states.test),
        *shares(probe, states.test, threshold),
    )
    return Measured(probe, threshold, figures)


async def _states(model: ChatModel, data: TrainingData, spec: ProbeSpec) -> dict[Place, PlaceStates]:
    pilot = Pilot(model, PromptSet.load(spec.prompts), spec.prompt)
    rows = [data["train"].sides, data["validation"].sides, data["test"].sides, without_pictures(data["test"].sides)]
    found = [await labelled_states(pilot, each, spec.places(), findings=spec.findings) for each in rows]
    return {place: PlaceStates(*(each[place] for each in found)) for place in spec.places()}


def make_head(
    checkpoint: Checkpoint,
    identity: str,
    data: TrainingData,
    recipe: HeadRecipe,
    out: Path,
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[float, float]:
    """Tune a head, save it, and return the loss on the validation warnings before and after."""
    tuned = tune_head(checkpoint, data, recipe, tell)
    losses = {"validation_loss_before": tuned.before, "validation_loss_after": tuned.after}
    card = HeadCard(
        model=identity, figures={**losses, **asdict(recipe), "data_sha256": digest_of(data.path, data.rows)}
    )
    save_part(out, card, {"weight": tuned.weight} | ({} if tuned.bias is None else {"bias": tuned.bias}))
    return tuned.before, tuned.after
