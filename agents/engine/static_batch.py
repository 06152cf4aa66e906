"""Jobs worked off together by transformers' own `generate`: for every checkpoint there is.

A batch ends with its longest reply and nothing joins it on the way; `continuous` does better where it can. One job by
itself is the measure that all batching is held against.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from agents.engine.model_runner import Workbench
from agents.engine.output import next_tokens
from agents.engine.request import Job
from agents.engine.sequence import Row, open_row


def reply_together(bench: Workbench, jobs: Sequence[Job], closing: Callable[[], bool]) -> None:
    """Write all jobs' replies, telling each its text and its end; stops when nobody listens any more."""
    inputs = bench.prompts(jobs)
    sizes = inputs["attention_mask"].sum(dim=1).tolist()
    rows = [row for job, size in zip(jobs, sizes, strict=True) if (row := open_row(bench, job, size))]
    if not rows:
        return
    if len(rows) < len(jobs):
        inputs = bench.prompts([row.job for row in rows])
    bench.checkpoint.model.generate(
        **bench.on_device(inputs),
        generation_config=_config(bench, max(row.writer.max_tokens for row in rows)),
        logits_processor=LogitsProcessorList([_Choice(rows, bench.checkpoint.pad_token)]),
        stopping_criteria=StoppingCriteriaList([_Over(rows, closing)]),
    )


def _config(bench: Workbench, max_new_tokens: int) -> GenerationConfig:
    """Plain and greedy: the writers have chosen already, and the checkpoint's own settings have no say."""
    return GenerationConfig(
        max_new_tokens=max_new_tokens, do_sample=False, pad_token_id=bench.checkpoint.pad_token, use_cache=True
    )


class _Choice(LogitsProcessor):  # type: ignore[misc]
    """Leaves each row its writer's token as the only one; rows that are over are padded."""

    def __init__(self, rows: Sequence[Row], pad_token: int) -> None:
        self._rows = rows
        self._pad_token = pad_token

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        going = [index for index, row in enumerate(self._rows) if row.is_open]
        tokens = next_tokens([self._rows[index].writer for index in going], scores[going].float())
        only = torch.full_like(scores, float("-inf"))
        only[:, self._pad_token] = 0
        for index, token in zip(going, tokens, strict=True):
            self._rows[index].take(token)
            only[index, self._pad_token] = float("-inf")
            only[index, token] = 0
        return only


class _Over(StoppingCriteria):  # type: ignore[misc]
    def __init__(self, rows: Sequence[Row], closing: Callable[[], bool]) -> None:
        self._rows = rows
        self._closing = closing

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        over = [self._closing() or not row.is_open for row in self._rows]
        return torch.tensor(over, device=input_ids.device, dtype=torch.bool)
