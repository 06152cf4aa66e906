"""Keys and values of the rows of a batch, in memory that stays where it is while rows come and go.

Copying all of it for every row that joins or leaves would cost more than the tokens themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

AHEAD = 64  # tokens that all rows can grow before they must move


def is_plain(text_config: Any) -> bool:
    """Whether every layer remembers all tokens of a row, and nothing else."""
    return all(type(layer) is DynamicLayer for layer in DynamicCache(config=text_config).layers)


@dataclass
class Window:
    """The memory in use, the same in all layers: the first `rows`, and the columns from `start` up to `end`."""

    rows: int = 0
    start: int = 0
    end: int = 0

    @property
    def width(self) -> int:
        return self.end - self.start


class RowCache:
    """Rows side by side with their newest tokens in one column, as the model takes them: `states` and `mask`.

    Made for rows of the kind that `states` and `mask` hold, and empty at first.
    """

    def __init__(self, states: DynamicCache, mask: Any) -> None:
        self._window = Window()
        self._mask = mask[:0]
        self._begins: list[int] = []
        self.lengths: list[int] = []
        self.states = DynamicCache()
        self.states.layers = [RowLayer(layer, self._window) for layer in states.layers]

    @property
    def mask(self) -> Any:
        """Which columns hold a row's own tokens, the one that comes next counted in."""
        window = self._window
        return self._mask[: window.rows, window.start : window.end + 1]

    def take_in(self, states: DynamicCache, mask: Any) -> None:
        """Copy in more rows, padded on the left where `mask` is zero."""
        window = self._window
        count, length = mask.shape
        rows = window.rows + count
        if rows > self._mask.shape[0] or length > window.end:
            self._move(max(rows, self._mask.shape[0]), max(length, window.width))
        for ours, theirs in zip(self.states.layers, states.layers, strict=True):
            ours.put(theirs)
        column = window.end - length
        self._mask[window.rows : rows, :column] = 0
        self._mask[window.rows : rows, column : window.end] = mask
        self._mask[window.rows : rows, window.end :] = 1
        self._begins += [column + padding for padding in mask.argmax(dim=1).tolist()]
        self.lengths += mask.sum(dim=1).tolist()
        window.rows, window.start = rows, min(self._begins)

    def drop(self, row: int) -> None:
        """Forget a row; the last one takes its place."""
        window = self._window
        window.rows -= 1
        for layer in self.states.layers:
            layer.replace(row, window.rows)
        self._mask[row] = self._mask[window.rows]
        for numbers in (self._begins, self.lengths):
            numbers[row] = numbers[-1]
            numbers.pop()
        window.start = min(self._begins, default=window.end)

    def grow(self) -> None:
        """Count in the token of every row that the model has just read."""
        window = self._window
        window.end += 1
        self.lengths = [length + 1 for length in self.lengths]
        if window.end == self._mask.shape[1]:
            self._move(self._mask.shape[0], window.width)

    def _move(self, rows: int, end: int) -> None:
        """Into new memory for so many rows, with the newest tokens before column `end`."""
        window = self._window
        for layer in self.states.layers:
            layer.move(rows, end)
        used = self._mask[: window.rows, window.start : window.end]
        self._mask = self._mask.new_ones((rows, end + AHEAD))
        self._mask[: window.rows, :end] = 0
        self._mask[: window.rows, end - window.width : end] = used
        self._begins = [begin + end - window.end for begin in self._begins]
        window.start, window.end = end - window.width, end


class RowLayer(DynamicLayer):  # type: ignore[misc]
    """One layer's keys and values: [row, head, token, channel]. `keys` and `values` show what is in use."""

    def __init__(self, like: DynamicLayer, window: Window) -> None:
        super().__init__()
        self.lazy_initialization(like.keys, like.values)
        self._window = window
        self._held = (like.keys[:0], like.values[:0])

    def get_seq_length(self) -> int:
        return self._window.width

    def update(self, key_states: Any, value_states: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
        """Append tokens to all rows; the whole is returned."""
        window = self._window
        end = window.end + key_states.shape[2]
        keys, values = self._held
        keys[: window.rows, :, window.end : end] = key_states
        values[: window.rows, :, window.end : end] = value_states
        self.keys = keys[: window.rows, :, window.start : end]
        self.values = values[: window.rows, :, window.start : end]
        return self.keys, self.values

    def put(self, other: DynamicLayer) -> None:
        """Copy another layer's rows below these, where there is room."""
        window = self._window
        count, _, length, _ = other.keys.shape
        for held, new in zip(self._held, (other.keys, other.values), strict=True):
            held[window.rows : window.rows + count, :, window.end - length : window.end] = new

    def replace(self, row: int, by: int) -> None:
        """Write one row over another."""
        if row != by:
            for held in self._held:
                held[row, :, self._window.start : self._window.end] = held[by, :, self._window.start : self._window.end]

    def move(self, rows: int, end: int) -> None:
        """Into new memory for so many rows, with the newest tokens before column `end`."""
        keys, values = self._held
        self._held = (_moved(keys, self._window, rows, end), _moved(values, self._window, rows, end))


def _moved(held: Any, window: Window, rows: int, end: int) -> Any:
    """Zeroes where nothing is: masked columns are multiplied by nothing, and what was in memory may be no number."""
    new = held.new_zeros((rows, held.shape[1], end + AHEAD, held.shape[3]))
    new[: window.rows, :, end - window.width : end] = held[: window.rows, :, window.start : window.end]
    return new
