"""A refusal head: a copy of the output layer, tuned on the warnings of unsafe rows (SafeSwitch, arXiv 2502.01042).

The model below it stays as it is. So its hidden states are computed once, and the tuning is a softmax regression on
them. Models whose output layer is tied to their embeddings get a copy of their own. Unlike the paper's code, the loss
is on the warning alone, and not on the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear

from agents.engine.checkpoint import Checkpoint, placed
from benchmarks.training.examples import IGNORED, Encoder
from benchmarks.training.recipe import encoded
from benchmarks.training.rows import Row
from benchmarks.training.splits import TrainingData
from benchmarks.training.targets import direct

TOKENS = 256  # in a step
DECAY = 0.02


@dataclass(frozen=True)
class HeadRecipe:
    """How long and how fast. The defaults are those of SafeSwitch's code for models with billions of weights."""

    rate: float = 1e-5
    epochs: int = 5
    seed: int = 0


@dataclass(frozen=True)
class TunedHead:
    """`weight` is float32 [vocabulary, width]; `bias` is the model's own, where it has one.

    `before` and `after` are the mean loss per token of the validation rows' warnings.
    """

    weight: Tensor
    bias: Tensor | None
    before: float
    after: float


@dataclass(frozen=True)
class Taught:
    """For every token of the targets: the hidden state before it, float32 [tokens, width], and its id."""

    states: Tensor
    tokens: Tensor


def tune_head(
    checkpoint: Checkpoint, data: TrainingData, recipe: HeadRecipe, tell: Callable[[str], None] = lambda _: None
) -> TunedHead:
    """Tune a head on the unsafe side of every training pair. `tell` hears of the progress."""
    train, validation = (
        taught(checkpoint, data, [row for row in data[split].sides if row.unsafe]) for split in ("train", "validation")
    )
    weight, bias = own_head(checkpoint)
    before = mean_loss(weight, bias, validation)
    weight.requires_grad_()
    optimizer = torch.optim.AdamW([weight], lr=recipe.rate, weight_decay=DECAY)
    rng = Random(recipe.seed)
    for epoch in range(recipe.epochs):
        order = torch.tensor(rng.sample(range(len(train.tokens)), len(train.tokens)))
        for chosen in order.split(TOKENS):
            optimizer.zero_grad()
            cross_entropy(linear(train.states[chosen], weight, bias), train.tokens[chosen]).backward()
            optimizer.step()
        tell(f"epoch {epoch + 1} of {recipe.epochs}: validation loss {mean_loss(weight, bias, validation):.3f}")
    tuned = weight.detach()
    return TunedHead(tuned, bias, before, mean_loss(tuned, bias, validation))


def own_head(checkpoint: Checkpoint) -> tuple[Tensor, Tensor | None]:
    """A copy of the model's output layer, untied, in float32 on the CPU."""
    layer: Any = checkpoint.model.get_output_embeddings()
    bias = getattr(layer, "bias", None)
    weight = layer.weight.detach().to("cpu", torch.float32, copy=True)
    return weight, None if bias is None else bias.detach().to("cpu", torch.float32, copy=True)


def taught(checkpoint: Checkpoint, data: TrainingData, rows: Sequence[Row]) -> Taught:
    """What the model's last layer holds before each token of the rows' replies."""
    states: list[Tensor] = []
    tokens: list[Tensor] = []
    for example in encoded(data, rows, Encoder(checkpoint), direct):
        labels = example.pop("labels")[0]
        with torch.no_grad():
            outputs = checkpoint.model(**placed(checkpoint.model, example), output_hidden_states=True)
        positions = (labels != IGNORED).nonzero().squeeze(1)
        states.append(outputs.hidden_states[-1][0, positions - 1].to("cpu", torch.float32))
        tokens.append(labels[positions])
    return Taught(torch.cat(states), torch.cat(tokens))


def mean_loss(weight: Tensor, bias: Tensor | None, taught_: Taught) -> float:
    """Mean loss per token."""
    return float(cross_entropy(linear(taught_.states, weight.detach(), bias), taught_.tokens))
