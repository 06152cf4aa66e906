"""Prompts on their way into the model: as a processor makes them one by one, and as one padded batch.

They are padded here and on the left, so that a processor need not know how.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import torch
from torch.nn.functional import pad
from transformers import DynamicCache

from agents.engine.sequence import Sequence

PADDED = ("input_ids", "attention_mask")  # [1, tokens]; the other inputs are pictures


@dataclass(frozen=True)
class WaitingPrompt:
    """A sequence that waits for its prefill, and its prompt as the processor's tensors of one conversation."""

    sequence: Sequence
    inputs: dict[str, torch.Tensor]

    @property
    def shape(self) -> tuple[tuple[str, tuple[int, ...], torch.dtype], ...]:
        """Name, shape without the first dimension, and type of the tensors that must fit to share a batch."""
        others = sorted(name for name in self.inputs if name not in PADDED)
        return tuple((name, tuple(self.inputs[name].shape[1:]), self.inputs[name].dtype) for name in others)


@dataclass(frozen=True)
class PrefillOutput:
    """What the model made of a batch of prompts.

    `logits` is float32 [prompts, vocabulary]. Keys and values are padded on the left where `attention_mask`,
    [prompts, length], is zero.
    """

    sequences: list[Sequence]
    logits: torch.Tensor
    past_key_values: DynamicCache
    attention_mask: torch.Tensor


def same_shape(prompts: Iterable[WaitingPrompt]) -> list[list[WaitingPrompt]]:
    """The prompts in groups that the model can read in one pass each."""
    alike = sorted(prompts, key=lambda prompt: str(prompt.shape))
    return [[*group] for _, group in groupby(alike, lambda prompt: prompt.shape)]


def collate(prompts: list[WaitingPrompt], pad_token: int) -> dict[str, torch.Tensor]:
    """One batch of prompts of the same shape: tokens padded to [prompts, length], pictures one after another."""
    inputs = [prompt.inputs for prompt in prompts]
    length = max(each["input_ids"].shape[1] for each in inputs)
    batch = {name: torch.cat([each[name] for each in inputs]) for name in inputs[0] if name not in PADDED}
    for name, value in zip(PADDED, (pad_token, 0), strict=True):
        rows = [pad(each[name], (length - each[name].shape[1], 0), value=value) for each in inputs]
        batch[name] = torch.cat(rows)
    return batch
