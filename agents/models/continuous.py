"""Continuous batching: rows join and leave between any two tokens (Orca, OSDI 2022, section 3.2).

For checkpoints whose memory of a row is a plain list of keys and values a layer, which is most of them; `stock` works
for the others. The forward pass is the checkpoint's own.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import torch

from agents.models.checkpoint import Checkpoint
from agents.models.collate import Prompt, collated, left_padded
from agents.models.reply_writer import next_tokens
from agents.models.row import Row
from agents.models.row_cache import is_plain, row_cache
from agents.models.workbench import Workbench


def can_batch(checkpoint: Checkpoint) -> bool:
    """Whether rows of this checkpoint can be put together and taken apart by their keys and values alone."""
    model = checkpoint.model
    takes = inspect.signature(model.forward).parameters
    return (
        not model.config.is_encoder_decoder
        and is_plain(checkpoint.text_config)
        and {"position_ids", "past_key_values", "attention_mask"} <= takes.keys()
        # Places of tokens that depend on the pictures before them are kept inside such models.
        and not any(hasattr(part, "rope_deltas") for part in model.modules())
    )


class Batch:
    """The rows that are being written, side by side. Empty at first."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._model = bench.checkpoint.model
        takes = inspect.signature(self._model.forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in takes else {}
        self.rows: list[Row] = []
        self._cache: Any = None
        self._mask: Any = None
        self._tokens: list[int] = []

    def join(self, prompts: Sequence[Prompt]) -> None:
        """Read the prompts, which have one form, write their first tokens, and let them in."""
        inputs = self._bench.on_device(collated(prompts, self._bench.checkpoint.pad_token))
        mask = inputs.pop("attention_mask")
        cache = row_cache(self._bench.checkpoint.text_config)
        places = (mask.cumsum(dim=1) - 1).clamp(min=0)
        scores = self._scores(attention_mask=mask, position_ids=places, past_key_values=cache, **inputs)
        rows = [prompt.row for prompt in prompts]
        tokens = _written(rows, scores)
        self._let_in(rows, tokens, cache, mask)
        self.leave()

    def step(self) -> None:
        """Write one more token of every row."""
        self._mask = torch.cat([self._mask, self._mask.new_ones(len(self.rows), 1)], dim=1)
        tokens = torch.tensor(self._tokens, device=self._mask.device).unsqueeze(1)
        places = self._mask.sum(dim=1, keepdim=True) - 1
        scores = self._scores(
            input_ids=tokens, attention_mask=self._mask, position_ids=places, past_key_values=self._cache
        )
        self._tokens = _written(self.rows, scores)
        self.leave()

    def leave(self) -> None:
        """Let go of the rows that are over or given up, and of padding that no row needs any more."""
        staying = [index for index, row in enumerate(self.rows) if row.is_open]
        if len(staying) == len(self.rows):
            return
        self.rows = [self.rows[index] for index in staying]
        self._tokens = [self._tokens[index] for index in staying]
        if not staying:
            self._cache = self._mask = None
            return
        mask = self._mask[staying]
        start = int(mask.argmax(dim=1).min())
        self._mask = mask[:, start:]
        for layer in self._cache.layers:
            layer.keep(staying, start)

    def _scores(self, **inputs: Any) -> Any:
        outputs = self._model(**inputs, **self._last_only, use_cache=True, return_dict=True)
        return outputs.logits[:, -1].float()

    def _let_in(self, rows: Sequence[Row], tokens: Sequence[int], cache: Any, mask: Any) -> None:
        if self._cache is None:
            self._cache, self._mask = cache, mask
        else:
            length = max(self._mask.shape[1], mask.shape[1])
            self._mask = torch.cat([left_padded(part, length, dim=1) for part in (self._mask, mask)])
            for ours, theirs in zip(self._cache.layers, cache.layers, strict=True):
                ours.take_in(theirs, length)
        self.rows += rows
        self._tokens += tokens


def _written(rows: Sequence[Row], scores: Any) -> list[int]:
    """Each row's next token, taken into its reply."""
    tokens = next_tokens([row.writer for row in rows], scores)
    for row, token in zip(rows, tokens, strict=True):
        row.take(token)
    return tokens
