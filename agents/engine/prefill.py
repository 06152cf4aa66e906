"""Prompts before the model reads them: one by one as the processor makes them, then collated into a batch.

The padding (on the left) is done here, because not every processor can do it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

import torch
from torch.nn.functional import pad
from transformers import DynamicCache

from agents.engine.prefix_cache import Cut, Prefix, PrefixCache
from agents.engine.sequence import Row

PADDED = ("input_ids", "attention_mask")  # [1, tokens]; the other inputs are pictures


@dataclass(frozen=True)
class WaitingPrompt:
    """A row that waits for its prefill, and the processor's tensors for its prompt alone.

    `pictures` and `cuts` are empty where it shares nothing with others. With a `prefix`, the inputs are what follows.
    """

    row: Row
    inputs: dict[str, torch.Tensor]
    pictures: tuple[bytes, ...] = ()
    cuts: tuple[Cut, ...] = ()
    prefix: Prefix | None = None

    def after(self, prefix: Prefix | None) -> WaitingPrompt:
        """What is left to read where its beginning is known; the prompt itself where nothing is."""
        if prefix is None:
            return self
        rest = {name: self.inputs[name][:, prefix.cut.end :] for name in PADDED}
        if prefix.cut.after_pictures:
            return replace(self, inputs=rest, pictures=(), prefix=prefix)
        return replace(self, inputs={**self.inputs, **rest}, prefix=prefix)

    @property
    def shape(self) -> tuple[tuple[str, tuple[int, ...], torch.dtype], ...]:
        """What prompts in one batch have in common: the pictures' names, types, and dimensions after the first."""
        others = sorted(name for name in self.inputs if name not in PADDED)
        return tuple((name, tuple(self.inputs[name].shape[1:]), self.inputs[name].dtype) for name in others)


@dataclass(frozen=True)
class PrefillOutput:
    """What the model returns for a batch of prompts.

    `logits` is float32 [prompts, vocabulary]. Keys and values are padded on the left where `attention_mask`,
    [prompts, length], is zero.
    """

    rows: list[Row]
    logits: torch.Tensor
    past_key_values: DynamicCache
    attention_mask: torch.Tensor


def same_shape(prompts: Iterable[WaitingPrompt]) -> list[list[WaitingPrompt]]:
    """The prompts in groups, each of which the model can read in one pass."""
    alike = sorted(prompts, key=lambda prompt: str(prompt.shape))
    return [[*group] for _, group in groupby(alike, lambda prompt: prompt.shape)]


def first_readers(
    prompts: Iterable[WaitingPrompt], cache: PrefixCache
) -> tuple[list[WaitingPrompt], list[WaitingPrompt]]:
    """The prompts to read now, and those that begin with a block which one of these is about to read."""
    now: list[WaitingPrompt] = []
    later: list[WaitingPrompt] = []
    begun: set[bytes] = set()
    for prompt in prompts:
        new = [cut.digest for cut in prompt.cuts[len(cache.known(prompt.cuts)) :]]
        (later if begun.intersection(new[:1]) else now).append(prompt)
        begun.update(new)
    return now, later


def collate(prompts: list[WaitingPrompt], pad_token: int) -> dict[str, torch.Tensor]:
    """One batch of prompts of the same shape: tokens padded to [prompts, length], pictures one after another."""
    inputs = [prompt.inputs for prompt in prompts]
    length = max(each["input_ids"].shape[1] for each in inputs)
    batch = {name: torch.cat([each[name] for each in inputs]) for name in inputs[0] if name not in PADDED}
    for name, value in zip(PADDED, (pad_token, 0), strict=True):
        rows = [pad(each[name], (length - each[name].shape[1], 0), value=value) for each in inputs]
        batch[name] = torch.cat(rows)
    return batch
