"""Keys and values of the running sequences, in memory that stays where it is while sequences come and go.

Copying all of it for every sequence that joins or leaves would cost more than the tokens themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

HEADROOM = 64  # tokens that all sequences can grow by before the cache is copied to larger memory


def has_plain_cache(text_config: Any) -> bool:
    """Whether every layer caches the keys and values of all tokens, and nothing else."""
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=text_config).layers)


@dataclass
class Window:
    """The part of the memory in use, the same in all layers: the first `rows`, and columns `start` up to `end`."""

    rows: int = 0
    start: int = 0
    end: int = 0

    @property
    def width(self) -> int:
        return self.end - self.start


class KVCache:
    """A row per sequence, aligned on the right: the newest tokens of all rows stand in one column.

    `past_key_values` and `attention_mask` are what the model takes; `lengths` counts each row's own tokens. It is empty
    at first, and the first insertion decides its layers, precision and device.
    """

    def __init__(self) -> None:
        self._window = Window()
        self._mask = torch.empty((0, 0))
        self._starts: list[int] = []
        self.lengths: list[int] = []
        self.past_key_values = DynamicCache()

    @property
    def attention_mask(self) -> torch.Tensor:
        """Ones where a row has a token, the one to be decoded next included: [batch, width + 1]."""
        window = self._window
        return self._mask[: window.rows, window.start : window.end + 1]

    def insert(self, past_key_values: DynamicCache, mask: torch.Tensor) -> None:
        """Copy in the rows of a prefill; `mask` is [prompts, length], zero where they are padded on the left."""
        window = self._window
        if not self.past_key_values.layers:
            self._mask = mask[:0]
            self.past_key_values.layers = [KVCacheLayer(layer, window) for layer in past_key_values.layers]
        count, length = mask.shape
        rows = window.rows + count
        if rows > self._mask.shape[0] or length > window.end:
            self._reallocate(max(rows, self._mask.shape[0]), max(length, window.width))
        for ours, theirs in zip(self.past_key_values.layers, past_key_values.layers, strict=True):
            ours.insert(theirs)
        column = window.end - length
        self._mask[window.rows : rows, :column] = 0
        self._mask[window.rows : rows, column : window.end] = mask
        self._mask[window.rows : rows, window.end :] = 1
        self._starts += [column + padding for padding in mask.argmax(dim=1).tolist()]
        self.lengths += mask.sum(dim=1).tolist()
        window.rows, window.start = rows, min(self._starts)

    def remove(self, row: int) -> None:
        """Forget a row. The last one takes its place."""
        window = self._window
        window.rows -= 1
        for layer in self.past_key_values.layers:
            layer.copy_row(window.rows, row)
        self._mask[row] = self._mask[window.rows]
        for numbers in (self._starts, self.lengths):
            numbers[row] = numbers[-1]
            numbers.pop()
        window.start = min(self._starts, default=window.end)

    def advance(self) -> None:
        """Count in the token that the model has just added to every row."""
        window = self._window
        window.end += 1
        self.lengths = [length + 1 for length in self.lengths]
        if window.end == self._mask.shape[1]:
            self._reallocate(self._mask.shape[0], window.width)

    def _reallocate(self, rows: int, end: int) -> None:
        """Move to new memory for `rows` rows, with the newest tokens just before column `end`."""
        window = self._window
        for layer in self.past_key_values.layers:
            layer.reallocate(rows, end)
        used = self._mask[: window.rows, window.start : window.end]
        self._mask = self._mask.new_ones((rows, end + HEADROOM))
        self._mask[: window.rows, :end] = 0
        self._mask[: window.rows, end - window.width : end] = used
        self._starts = [start + end - window.end for start in self._starts]
        window.start, window.end = end - window.width, end


class KVCacheLayer(DynamicLayer):  # type: ignore[misc]
    """One layer. `keys` and `values`, [batch, head, token, channel], are views of the part of the memory in use."""

    def __init__(self, like: DynamicLayer, window: Window) -> None:
        super().__init__()
        self.lazy_initialization(like.keys, like.values)
        self._window = window
        self._memory = [like.keys[:0], like.values[:0]]

    def get_seq_length(self) -> int:
        return self._window.width

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Append new tokens, [batch, head, new tokens, channel], and return all keys and values."""
        window = self._window
        end = window.end + key_states.shape[2]
        keys, values = self._memory
        keys[: window.rows, :, window.end : end] = key_states
        values[: window.rows, :, window.end : end] = value_states
        self.keys = keys[: window.rows, :, window.start : end]
        self.values = values[: window.rows, :, window.start : end]
        return self.keys, self.values

    def insert(self, other: DynamicLayer) -> None:
        """Copy another layer's rows below these, into memory that is there already."""
        window = self._window
        count, _, length, _ = other.keys.shape
        for memory, new in zip(self._memory, (other.keys, other.values), strict=True):
            memory[window.rows : window.rows + count, :, window.end - length : window.end] = new

    def copy_row(self, source: int, target: int) -> None:
        """Write one row over another."""
        used = slice(self._window.start, self._window.end)
        if source != target:
            for memory in self._memory:
                memory[target, :, used] = memory[source, :, used]

    def reallocate(self, rows: int, end: int) -> None:
        """Move to new memory for `rows` rows, with the newest tokens just before column `end`."""
        window = self._window
        for index, old in enumerate(self._memory):
            # Zeros, because masked columns are only multiplied by zero, and uninitialised memory may hold NaN.
            new = old.new_zeros((rows, old.shape[1], end + HEADROOM, old.shape[3]))
            new[: window.rows, :, end - window.width : end] = old[: window.rows, :, window.start : window.end]
            self._memory[index] = new
