"""From logits to the next token of each sequence, in one order for every batch:

1. the grammar: tokens that a sequence's JSON schema does not allow here get a logit of minus infinity;
2. the choice: the likeliest token, or with a temperature a draw from the likeliest tokens that hold `top_p`.

Both steps use each sequence's own grammar, parameters and random numbers, so a batch may mix them. A decoding method
that changes logits belongs between the two. What needs the model's own logits reads them before the first.
"""

from __future__ import annotations

import torch

from agents.engine.sampling_params import SamplingParams
from agents.engine.sequence import Sequence


def sample(sequences: list[Sequence], logits: torch.Tensor) -> list[int]:
    """The next token of every sequence.

    `logits` is float32 [batch, vocabulary], a row per sequence in the same order. It is changed in place.
    """
    for index, sequence in enumerate(sequences):
        if sequence.grammar is not None:
            sequence.grammar.mask(logits[index])
    likeliest = logits.argmax(dim=-1).tolist()
    return [
        token if sequence.generator is None else draw(logits[index], sequence.sampling_params, sequence.generator)
        for index, (sequence, token) in enumerate(zip(sequences, likeliest, strict=True))
    ]


def draw(logits: torch.Tensor, params: SamplingParams, generator: torch.Generator) -> int:
    """A token drawn at `temperature` from the smallest set that holds `top_p` of the probability (nucleus sampling).

    `logits` is float32 [vocabulary]; `generator` is a CPU generator.
    """
    probabilities, tokens = (logits.cpu() / params.temperature).softmax(-1).sort(descending=True)
    if params.top_p < 1:
        probabilities[probabilities.cumsum(-1) - probabilities > params.top_p] = 0
    return int(tokens[probabilities.multinomial(1, generator=generator)])
