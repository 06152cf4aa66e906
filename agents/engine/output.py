"""One reply being written: which token comes next, what text that makes, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import torch

from agents.engine.detokenizer import StopWatch, TokenText
from agents.engine.sampling_params import ReplyOptions
from agents.engine.structured_output import Constraint

FinishReason = Literal["stop", "length"]
IMPOSSIBLE = float("-inf")


class ReplyWriter:
    """Picks tokens and turns them into text; `finish_reason` is None until the reply is over.

    A `quiet` writer has nothing to tell before the end, unless stop texts must be looked for: decoding once is cheap.
    """

    def __init__(
        self,
        tokenizer: Any,
        options: ReplyOptions,
        end_tokens: frozenset[int],
        constraint: Constraint | None,
        *,
        max_tokens: int,
        quiet: bool = False,
    ) -> None:
        self._options = options
        self._end_tokens = end_tokens
        self._constraint = constraint
        self.max_tokens = max_tokens
        self._quiet = quiet and not options.stop
        self._text = TokenText(tokenizer)
        self._stops = StopWatch(options.stop)
        self._dice = _dice(options)
        self.tokens = 0
        self.finish_reason: FinishReason | None = None

    def forbid(self, scores: Any) -> None:
        """Make what the reply's form does not allow impossible, in place (one row of scores)."""
        if self._constraint is not None:
            scores.masked_fill_(~self._constraint.allowed().to(scores.device), IMPOSSIBLE)

    def draw(self, scores: Any, likeliest: int) -> int:
        """The next token; the likeliest one, unless the reply is to be drawn by chance."""
        return likeliest if self._dice is None else _drawn(scores, self._options, self._dice)

    def take(self, token: int) -> str:
        """Count the token in; the text that may go out now."""
        self.tokens += 1
        if token in self._end_tokens:
            return self._finish("stop")
        text = self._read(token)
        if self._stops.stopped:
            return text + self._finish("stop")
        if self._constraint is not None and not self._constraint.advance(token):
            return text + self._finish("stop")
        if self.tokens >= self.max_tokens:
            return text + self._finish("length")
        return text

    def _read(self, token: int) -> str:
        if self._quiet:
            self._text.keep(token)
            return ""
        return self._stops.add(self._text.add(token))

    def _finish(self, reason: FinishReason) -> str:
        self.finish_reason = reason
        if self._stops.stopped:
            return ""
        return self._stops.add(self._text.rest()) + self._stops.rest()


def next_tokens(writers: Sequence[ReplyWriter], scores: Any) -> list[int]:
    """The next token of every reply, from the model's scores: one row a reply, float, and ours to change."""
    for writer, row in zip(writers, scores, strict=True):
        writer.forbid(row)
    likeliest = scores.argmax(dim=-1).tolist()
    return [writer.draw(row, token) for writer, row, token in zip(writers, scores, likeliest, strict=True)]


def _dice(options: ReplyOptions) -> torch.Generator | None:
    """A generator of random numbers of this reply's own; None where the likeliest token is taken."""
    if options.temperature <= 0:
        return None
    dice = torch.Generator()
    if options.seed is None:
        dice.seed()
    else:
        dice.manual_seed(options.seed)
    return dice


def _drawn(scores: Any, options: ReplyOptions, dice: torch.Generator) -> int:
    """A token drawn by temperature from the smallest set that holds `top_p` of the probability."""
    shares, tokens = (scores.float().cpu() / options.temperature).softmax(-1).sort(descending=True)
    if options.top_p < 1:
        shares[shares.cumsum(-1) - shares > options.top_p] = 0
    return int(tokens[shares.multinomial(1, generator=dice)])
