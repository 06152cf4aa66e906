"""Prompts read by the model: what it remembers of them, and the first token of each reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import DynamicCache

from agents.engine.collate import Prompt, collated
from agents.engine.model_runner import Workbench
from agents.engine.output import next_tokens
from agents.engine.sequence import Row


@dataclass(frozen=True)
class Prefilled:
    """Rows with their first tokens; `states` are keys and values, padded on the left where `mask` is zero."""

    rows: tuple[Row, ...]
    tokens: tuple[int, ...]
    states: DynamicCache
    mask: Any


def prefill(bench: Workbench, prompts: Sequence[Prompt]) -> Prefilled:
    """Read prompts of one form in one go, and write the first token of each."""
    checkpoint = bench.checkpoint
    inputs = bench.on_device(collated(prompts, checkpoint.pad_token))
    mask = inputs["attention_mask"]
    states = DynamicCache(config=checkpoint.text_config)
    places = (mask.cumsum(dim=1) - 1).clamp(min=0)
    scores = bench.scores(position_ids=places, past_key_values=states, **inputs)
    rows = tuple(prompt.row for prompt in prompts)
    return Prefilled(rows, tuple(written(rows, scores)), states, mask)


def written(rows: Sequence[Row], scores: Any) -> list[int]:
    """Each row's next token, taken into its reply."""
    tokens = next_tokens([row.writer for row in rows], scores)
    for row, token in zip(rows, tokens, strict=True):
        row.take(token)
    return tokens
