"""From logits to the next token of each sequence, in one order for every batch:

1. the grammar: tokens that a sequence's JSON schema does not allow here get a logit of minus infinity;
2. the contrast: a sequence with a companion is cut to its plausible tokens and moved away from the companion's scores;
3. the choice: the likeliest token, or with a temperature a draw from the likeliest tokens that hold `top_p`.

All steps use each sequence's own grammar, parameters and random numbers, so a batch may mix them. What needs the
model's own logits reads them before the first.
"""

from __future__ import annotations

from collections.abc import Sequence as Rows

import torch

from agents.engine.contrast import contrast_rows
from agents.engine.sampling_params import SamplingParams
from agents.engine.sequence import Row, Sequence


def sample(rows: Rows[Row], logits: torch.Tensor) -> list[int]:
    """The next token of every row; a companion's is that of its leader.

    `logits` is float32 [batch, vocabulary], a row each in the same order. It is changed in place.
    """
    sequences = [(index, row) for index, row in enumerate(rows) if isinstance(row, Sequence)]
    for index, sequence in sequences:
        if sequence.logprobs is not None:
            sequence.logprobs.read(logits[index])
        if sequence.grammar is not None:
            sequence.grammar.mask(logits[index])
    contrast_rows(rows, logits)
    likeliest = logits.argmax(dim=-1).tolist()
    chosen: dict[Row, int] = {
        sequence: likeliest[index]
        if sequence.generator is None
        else draw(logits[index], sequence.sampling_params, sequence.generator)
        for index, sequence in sequences
    }
    return [chosen[row.leader] for row in rows]


def draw(logits: torch.Tensor, params: SamplingParams, generator: torch.Generator) -> int:
    """A token drawn at `temperature` from the smallest set that holds `top_p` of the probability (nucleus sampling).

    `logits` is float32 [vocabulary]; `generator` is a CPU generator.
    """
    probabilities, tokens = (logits.cpu() / params.temperature).softmax(-1).sort(descending=True)
    if params.top_p < 1:
        probabilities[probabilities.cumsum(-1) - probabilities > params.top_p] = 0
    return int(tokens[probabilities.multinomial(1, generator=generator)])
