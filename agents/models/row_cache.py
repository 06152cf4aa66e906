"""Keys and values of the rows of a batch, in memory that grows ahead of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

AHEAD = 32  # tokens; copying all keys and values for every token would cost more than the token itself


def row_cache(text_config: Any) -> DynamicCache:
    """An empty cache for a model whose layers are plain (see `is_plain`)."""
    cache = DynamicCache(config=text_config)
    cache.layers = [RowLayer() for _ in cache.layers]
    return cache


def is_plain(text_config: Any) -> bool:
    """Whether every layer remembers all tokens of a row, and nothing else."""
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=text_config).layers)


class RowLayer(DynamicLayer):  # type: ignore[misc]
    """One layer's keys and values: [row, head, token, channel]. `keys` and `values` show what is filled."""

    _held: tuple[Any, Any] | None = None

    def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Append tokens to all rows; the whole is returned."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self.keys, self.values = key_states, value_states
            return self.keys, self.values
        filled = self.keys.shape[2]
        size = filled + key_states.shape[2]
        if self._held is None or self._held[0].shape[2] < size:
            self._held = (_roomy(self.keys, size + AHEAD), _roomy(self.values, size + AHEAD))
        held_keys, held_values = self._held
        held_keys[:, :, filled:size] = key_states
        held_values[:, :, filled:size] = value_states
        self.keys, self.values = held_keys[:, :, :size], held_values[:, :, :size]
        return self.keys, self.values

    def keep(self, rows: Sequence[int], start: int) -> None:
        """Forget the other rows, and all tokens before `start`, which are padding."""
        self.keys, self.values = self.keys[rows, :, start:], self.values[rows, :, start:]
        self._held = None

    def take_in(self, other: RowLayer, size: int) -> None:
        """Put another layer's rows below these, all padded on the left to `size` tokens."""
        self.keys = _below(self.keys, other.keys, size)
        self.values = _below(self.values, other.values, size)
        self._held = None


def _roomy(states: Any, size: int) -> Any:
    shape = (*states.shape[:2], size, states.shape[3])
    roomy = states.new_empty(shape)
    roomy[:, :, : states.shape[2]] = states
    return roomy


def _below(upper: Any, lower: Any, size: int) -> Any:
    rows = upper.shape[0] + lower.shape[0]
    both = upper.new_zeros((rows, upper.shape[1], size, upper.shape[3]))
    both[: upper.shape[0], :, size - upper.shape[2] :] = upper
    both[upper.shape[0] :, :, size - lower.shape[2] :] = lower
    return both
