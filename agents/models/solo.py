"""One job by itself, by transformers' own `generate`: the measure that batched decoding is held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList

from agents.errors import ModelFailed
from agents.models.base import Usage
from agents.models.job import Ending, Job
from agents.models.reply_writer import ReplyWriter
from agents.models.workbench import Workbench


def reply_alone(bench: Workbench, job: Job, given_up: Callable[[], bool]) -> Ending:
    """Write the job's reply token by token, telling it the text; stops within a token of being given up."""
    inputs = bench.prompts([job])
    prompt_tokens = int(inputs["input_ids"].shape[1])
    writer = bench.writer(job)
    bench.checkpoint.model.generate(
        **inputs,
        generation_config=_config(bench, min(job.options.max_tokens, bench.room(prompt_tokens))),
        logits_processor=LogitsProcessorList([_Choice(writer, job)]),
        stopping_criteria=StoppingCriteriaList([_Over(writer, given_up)]),
    )
    if writer.finish_reason is None and given_up():
        raise ModelFailed(bench.name, "cancelled")
    return Ending(writer.finish_reason or "length", Usage(prompt_tokens, writer.tokens))


def _config(bench: Workbench, max_new_tokens: int) -> GenerationConfig:
    """Plain and greedy: the writer has chosen already, and the checkpoint's own settings have no say."""
    return GenerationConfig(
        max_new_tokens=max_new_tokens, do_sample=False, pad_token_id=bench.checkpoint.pad_token, use_cache=True
    )


class _Choice(LogitsProcessor):  # type: ignore[misc]
    """Leaves the writer's token as the only one."""

    def __init__(self, writer: ReplyWriter, job: Job) -> None:
        self._writer = writer
        self._job = job

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        token = self._writer.choose(scores[0])
        self._job.tell(self._writer.take(token))
        only = torch.full_like(scores, float("-inf"))
        only[0, token] = 0
        return only


class _Over(StoppingCriteria):  # type: ignore[misc]
    def __init__(self, writer: ReplyWriter, given_up: Callable[[], bool]) -> None:
        self._writer = writer
        self._given_up = given_up

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        over = self._writer.finish_reason is not None or self._given_up()
        return torch.full((input_ids.shape[0],), over, device=input_ids.device, dtype=torch.bool)
