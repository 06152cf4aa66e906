"""Prompts of several jobs as one batch, padded on the left by ourselves: a processor need not know how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from agents.engine.sequence import Row

PADDED = frozenset({"input_ids", "attention_mask"})


@dataclass(frozen=True)
class Prompt:
    """A job's prompt as a processor makes it for one conversation, and the row that waits for it."""

    row: Row
    inputs: dict[str, Any]

    @property
    def form(self) -> tuple[tuple[str, tuple[int, ...], torch.dtype], ...]:
        """Prompts of the same form can stand in one batch."""
        others = sorted(name for name in self.inputs if name not in PADDED)
        return tuple((name, tuple(self.inputs[name].shape[1:]), self.inputs[name].dtype) for name in others)


def collated(prompts: Sequence[Prompt], pad_token: int) -> dict[str, Any]:
    """One batch of prompts of one form: tokens side by side, pictures one after another."""
    inputs = [prompt.inputs for prompt in prompts]
    length = max(each["input_ids"].shape[1] for each in inputs)
    others = [name for name in inputs[0] if name not in PADDED]
    batch = {name: torch.cat([each[name] for each in inputs]) for name in others}
    for name, value in (("input_ids", pad_token), ("attention_mask", 0)):
        batch[name] = torch.cat([left_padded(each[name], length, dim=1, value=value) for each in inputs])
    return batch


def left_padded(tensor: Any, size: int, *, dim: int, value: int = 0) -> Any:
    """The tensor with `value` before it along `dim`, up to `size`."""
    missing = size - tensor.shape[dim]
    if missing == 0:
        return tensor
    shape = list(tensor.shape)
    shape[dim] = missing
    return torch.cat([tensor.new_full(shape, value), tensor], dim=dim)
