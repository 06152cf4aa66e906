"""Continuous batching: rows join and leave between any two tokens (Orca, OSDI 2022, section 3.2).

For checkpoints whose memory of a row is a plain list of keys and values a layer, which is most of them; `stock` works
for the others. The forward pass is the checkpoint's own.
"""

from __future__ import annotations

import inspect
from typing import Any

import torch

from agents.engine.checkpoint import Checkpoint
from agents.engine.kv_cache import RowCache, is_plain
from agents.engine.model_runner import Workbench
from agents.engine.prefill import Prefilled, written
from agents.engine.sequence import Row

# Rotations that a model changes for all its rows when one of them grows long.
SHARED_ROTATIONS = ("dynamic", "longrope")


def can_batch(checkpoint: Checkpoint) -> bool:
    """Whether rows of this checkpoint can be put together and taken apart by their keys and values alone."""
    model = checkpoint.model
    takes = inspect.signature(model.forward).parameters
    return (
        not model.config.is_encoder_decoder
        and is_plain(checkpoint.text_config)
        and {"position_ids", "past_key_values", "attention_mask"} <= takes.keys()
        and not any(_remembers_places(part) for part in model.modules())
    )


def _remembers_places(part: Any) -> bool:
    """Whether this part keeps something between two passes that depends on the rows in it."""
    rotations = str(getattr(part, "rope_type", ""))
    return hasattr(part, "rope_deltas") or any(name in rotations for name in SHARED_ROTATIONS)


class Batch:
    """The rows that are being written, side by side. Empty at first."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.rows: list[Row] = []
        self._tokens: list[int] = []
        self._cache: RowCache | None = None

    def join(self, read: Prefilled) -> None:
        """Let rows in whose prompts have been read."""
        self._cache = self._cache or RowCache(read.states, read.mask)
        self._cache.take_in(read.states, read.mask)
        self.rows += read.rows
        self._tokens += read.tokens
        self._leave(self._cache)

    def step(self) -> None:
        """Write one more token of every row."""
        cache = self._cache
        if cache is None:
            return
        device = self._bench.checkpoint.model.device
        scores = self._bench.scores(
            input_ids=torch.tensor(self._tokens, device=device).unsqueeze(1),
            attention_mask=cache.mask,
            position_ids=torch.tensor(cache.lengths, device=device).unsqueeze(1),
            past_key_values=cache.states,
        )
        cache.grow()
        self._tokens = written(self.rows, scores)
        self._leave(cache)

    def _leave(self, cache: RowCache) -> None:
        """Let go of the rows that are over or given up; the last row takes the place of each."""
        for index in reversed(range(len(self.rows))):
            if not self.rows[index].is_open:
                cache.drop(index)
                self.rows[index], self._tokens[index] = self.rows[-1], self._tokens[-1]
                del self.rows[-1], self._tokens[-1]
        if not self.rows:
            self._cache = None
