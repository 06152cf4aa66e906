"""The VRFT-style recipe: supervised fine-tuning on reasoning that names the evidence first.

After VRFT (Wang et al. 2025, "MMSafeAware", arXiv 2502.11184). It is no reproduction: the paper's data, rank and epochs
are not public. Rank, rate and epochs here are our defaults for Qwen2.5-VL, and were not tried on it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Any

import torch
from torch import Tensor

from agents.engine.checkpoint import Checkpoint, placed
from benchmarks.training.errors import Problem, RowsRejected
from benchmarks.training.examples import Encoder, PromptTooLong, collate
from benchmarks.training.rows import Row
from benchmarks.training.splits import TrainingData
from benchmarks.training.targets import Target, reasoning_first

WARM_UP = 0.03  # share of the steps
CLIP = 1.0  # norm of the gradient
REPORTS = 10  # lines of progress

Example = dict[str, Tensor]


@dataclass(frozen=True)
class Recipe:
    """How long and how fast. `batch` rows are read in one pass, and `accumulate` passes make a step.

    `steps` stands in for `epochs` where it is given. There are at most `anchors` anchors for each side of a pair.
    """

    rate: float = 1e-4
    epochs: int = 2
    steps: int | None = None
    batch: int = 1
    accumulate: int = 16
    anchors: float = 1.0
    seed: int = 0

    def step_count(self, rows: int) -> int:
        """The steps over this many rows."""
        return self.steps or max(1, round(rows * self.epochs / (self.batch * self.accumulate)))

    def rate_at(self, step: int, steps: int) -> float:
        """The rate of a step: a short rise, then a cosine down to zero."""
        rising = max(1, round(WARM_UP * steps))
        if step < rising:
            return self.rate * (step + 1) / rising
        return self.rate * 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


@dataclass(frozen=True)
class Losses:
    """Mean loss per batch: in training, and on the validation rows before and after it."""

    train: float
    before: float
    after: float


def fine_tune(
    model: Any,
    checkpoint: Checkpoint,
    data: TrainingData,
    recipe: Recipe,
    *,
    target: Target = reasoning_first,
    tell: Callable[[str], None] = lambda _: None,
) -> Losses:
    """Train those weights of `model` that want a gradient, on the train split. `tell` hears of the progress.

    `model` is the checkpoint's with adapters (`benchmarks.training.lora`). Raises `RowsRejected` for rows that do not
    fit into the context.
    """
    encoder = Encoder(checkpoint)
    train = encoded(data, chosen_rows(data, recipe), encoder, target)
    validation = encoded(data, data["validation"].sides, encoder, target)
    steps = recipe.step_count(len(train))
    torch.manual_seed(recipe.seed)  # of the adapters' dropout
    if checkpoint.device != "cpu":  # memory for time; a CPU has the memory
        model.gradient_checkpointing_enable()
        model.enable_input_require_grads()
    before = mean_loss(model, validation, recipe)
    loss = _optimise(model, _batches(train, recipe), recipe, steps, tell)
    return Losses(loss, before, mean_loss(model, validation, recipe))


def chosen_rows(data: TrainingData, recipe: Recipe) -> list[Row]:
    """Both sides of every pair of the train split, and as many anchors as the recipe takes."""
    labelled = data["train"]
    anchors = Random(recipe.seed).sample(labelled.anchors, len(labelled.anchors))
    return [*labelled.sides, *anchors[: round(recipe.anchors * len(labelled.sides))]]


def encoded(data: TrainingData, rows: Sequence[Row], encoder: Encoder, target: Target) -> list[Example]:
    """The rows in token ids. Raises `RowsRejected`."""
    examples: list[Example] = []
    problems: list[Problem] = []
    for row in rows:
        try:
            examples.append(encoder.example(row.messages, target(row.line)))
        except PromptTooLong as error:
            problems.append(Problem((row.number,), str(error)))
    if problems:
        raise RowsRejected(data.path, problems)
    return examples


def mean_loss(model: Any, examples: Sequence[Example], recipe: Recipe) -> float:
    """Mean loss over batches of these examples."""
    model.eval()
    batches = (collate(examples[at : at + recipe.batch]) for at in range(0, len(examples), recipe.batch))
    with torch.no_grad():
        losses = [float(model(**placed(model, batch)).loss) for batch in batches]
    return sum(losses) / len(losses)


def _optimise(model: Any, batches: Iterator[Example], recipe: Recipe, steps: int, tell: Callable[[str], None]) -> float:
    """Take the steps, and return the mean loss over them."""
    model.train()
    optimizer = torch.optim.AdamW((each for each in model.parameters() if each.requires_grad), lr=recipe.rate)
    losses: list[float] = []
    for step in range(steps):
        passes = islice(batches, recipe.accumulate)
        losses.append(sum(_add_gradient(model, batch, 1 / recipe.accumulate) for batch in passes))
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.param_groups[0]["lr"] = recipe.rate_at(step, steps)
        optimizer.step()
        optimizer.zero_grad()
        if step % max(1, steps // REPORTS) == 0:
            tell(f"step {step + 1} of {steps}: loss {losses[-1]:.3f}")
    return sum(losses) / len(losses)


def _batches(examples: Sequence[Example], recipe: Recipe) -> Iterator[Example]:
    """Batches without end: every example once, in a random order, then all of them again in another."""
    rng = Random(recipe.seed)
    while True:
        order = rng.sample(examples, len(examples))
        for at in range(0, len(order), recipe.batch):
            yield collate(order[at : at + recipe.batch])


def _add_gradient(model: Any, batch: Example, share: float) -> float:
    """This share of the loss on a batch, after its gradient was added."""
    loss = model(**placed(model, batch)).loss * share
    loss.backward()
    return float(loss.detach())
