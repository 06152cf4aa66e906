"""Continuous batching: sequences join and leave the batch between any two tokens (Orca, OSDI 2022, section 3.2).

This works for checkpoints that cache nothing but plain keys and values, which is most of them. `static_batch` works for
the others.
"""

from __future__ import annotations

import inspect

from agents.engine.checkpoint import Checkpoint
from agents.engine.kv_cache import KVCache, has_plain_cache
from agents.engine.prefill import PrefillOutput
from agents.engine.sequence import Row, running_rows

# Rotary embeddings that a model changes for the whole batch when one sequence grows long.
SHARED_ROPE_TYPES = ("dynamic", "longrope")


def supports_continuous_batching(checkpoint: Checkpoint) -> bool:
    """Whether sequences can be put together and taken apart by their keys and values alone."""
    model = checkpoint.model
    for module in model.modules():
        rope_type = str(getattr(module, "rope_type", ""))
        keeps_state_of_batch = hasattr(module, "rope_deltas") or any(name in rope_type for name in SHARED_ROPE_TYPES)
        if keeps_state_of_batch:
            return False
    parameters = inspect.signature(model.forward).parameters
    return (
        not model.config.is_encoder_decoder
        and has_plain_cache(checkpoint.text_config)
        and {"position_ids", "past_key_values", "attention_mask"} <= parameters.keys()
    )


class RunningBatch:
    """What is being generated: row i of the cache and `last_tokens[i]` belong to `rows[i]`."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.last_tokens: list[int] = []
        self.cache = KVCache()

    def add(self, prefilled: PrefillOutput, tokens: list[int]) -> None:
        """Add rows whose prompts the model has read, each with the first token of its reply."""
        self.cache.insert(prefilled.past_key_values, prefilled.attention_mask)
        for row, token in zip(prefilled.rows, tokens, strict=True):
            row.append(token)
        self.rows += prefilled.rows
        self.last_tokens += tokens
        self._remove_finished()

    def append(self, tokens: list[int]) -> None:
        """Add the next token of every row."""
        for row, token in zip(self.rows, tokens, strict=True):
            row.append(token)
        self.last_tokens = tokens
        self._remove_finished()

    def _remove_finished(self) -> None:
        """Remove sequences that are over or cancelled, with their companions. The last row takes the place of each."""
        running = running_rows(self.rows)
        for index in reversed(range(len(self.rows))):
            if not running[index]:
                self.cache.remove(index)
                self.rows[index], self.last_tokens[index] = self.rows[-1], self.last_tokens[-1]
                del self.rows[-1], self.last_tokens[-1]
        if not self.rows:
            self.cache = KVCache()  # frees the memory of the old one
