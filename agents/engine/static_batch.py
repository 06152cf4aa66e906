"""Static batching by transformers' own `generate`, which works for every checkpoint.

A batch ends with its longest reply, and no request can join it before. `batch` does better for the checkpoints that it
supports.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Rows
from itertools import islice
from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from agents.engine.model_runner import ModelRunner
from agents.engine.request import EngineRequest, Prompt
from agents.engine.sampler import sample
from agents.engine.scheduler import WaitingQueue, fail_requests
from agents.engine.sequence import Row, running_rows

log = logging.getLogger(__name__)


class StaticScheduler:
    """Generates everything that waits as one batch, then the next. It has the methods of `Scheduler`."""

    def __init__(self, runner: ModelRunner, max_sequences: int, is_closing: Callable[[], bool]) -> None:
        self._runner = runner
        self._max_sequences = max_sequences
        self._is_closing = is_closing
        self._waiting: WaitingQueue[EngineRequest] = WaitingQueue(places=lambda request: len(request.prompts))

    def submit(self, request: EngineRequest) -> None:
        self._waiting.put(request)

    def step(self) -> None:
        """Generate the whole replies of one batch. Waits while there is nothing to do."""
        taken = self._waiting.take(self._max_sequences, wait=True)
        requests = [request for request in taken if request.is_active and self._runner.accepts(request)]
        try:
            if requests:
                generate(self._runner, requests, self._is_closing)
        except Exception:
            log.exception("a batch of %s failed", self._runner.name)
            fail_requests(self._runner.name, requests)

    def close(self) -> None:
        self._waiting.wake()


def generate(runner: ModelRunner, requests: list[EngineRequest], is_closing: Callable[[], bool]) -> None:
    """Generate and send all replies. Stops when all are finished or cancelled, or the engine is closing."""
    inputs = runner.preprocess(prompts_of(requests))
    lengths = iter(inputs["attention_mask"].sum(dim=1).tolist())
    opened = [runner.open_sequence(request, *islice(lengths, len(request.prompts))) for request in requests]
    sequences = [sequence for sequence in opened if sequence is not None]
    if not sequences:
        return
    if len(sequences) < len(requests):
        inputs = runner.preprocess(prompts_of(sequence.request for sequence in sequences))
    rows = [row for sequence in sequences for row in sequence.rows]
    pad_token = runner.checkpoint.pad_token
    with runner.hooks.serving(rows):
        runner.checkpoint.model.generate(
            **runner.to_device(inputs),
            # Plain and greedy: the sampler has already chosen, and the checkpoint's own settings must not change that.
            generation_config=GenerationConfig(
                max_new_tokens=max(sequence.max_tokens for sequence in sequences),
                do_sample=False,
                pad_token_id=pad_token,
                use_cache=True,
            ),
            logits_processor=LogitsProcessorList([SampledTokens(rows, pad_token)]),
            stopping_criteria=StoppingCriteriaList([NotRunning(rows, is_closing)]),
        )


def prompts_of(requests: Iterable[EngineRequest]) -> list[Prompt]:
    """The prompts of all rows: a request's own, then that of its companion."""
    return [prompt for request in requests for prompt in request.prompts]


class SampledTokens(LogitsProcessor):  # type: ignore[misc]
    """Samples a token for every running row and leaves it as the only one; the others get the pad token."""

    def __init__(self, rows: Rows[Row], pad_token: int) -> None:
        self._rows = rows
        self._pad_token = pad_token

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """`scores` is [batch, vocabulary]; so is what is returned, 0 for the token to take and -inf for all others."""
        places = [place for place, is_running in enumerate(running_rows(self._rows)) if is_running]
        tokens = sample([self._rows[place] for place in places], scores[places].float())
        only = torch.full_like(scores, float("-inf"))
        only[:, self._pad_token] = 0
        for place, token in zip(places, tokens, strict=True):
            self._rows[place].append(token)
            only[place, self._pad_token] = float("-inf")
            only[place, token] = 0
        return only


class NotRunning(StoppingCriteria):  # type: ignore[misc]
    """Which rows of a batch need no more tokens: bool [batch]."""

    def __init__(self, rows: Rows[Row], is_closing: Callable[[], bool]) -> None:
        self._rows = rows
        self._is_closing = is_closing

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        over = [self._is_closing() or not is_running for is_running in running_rows(self._rows)]
        return torch.tensor(over, device=input_ids.device, dtype=torch.bool)
