"""One reply being written: which token comes next, what text that makes, and when it is over."""

from __future__ import annotations

from typing import Any, Literal

import torch

from agents.models.grammar import Constraint
from agents.models.reply_options import ReplyOptions
from agents.models.token_text import StopWatch, TokenText

FinishReason = Literal["stop", "length"]


class ReplyWriter:
    """Fed with scores, it picks tokens; `finish_reason` is None until the reply is over."""

    def __init__(
        self, tokenizer: Any, options: ReplyOptions, end_tokens: frozenset[int], constraint: Constraint | None
    ) -> None:
        self._options = options
        self._end_tokens = end_tokens
        self._constraint = constraint
        self._text = TokenText(tokenizer)
        self._stops = StopWatch(options.stop)
        self._dice = _dice(options)
        self.tokens = 0
        self.finish_reason: FinishReason | None = None

    def choose(self, scores: Any) -> int:
        """The next token, from the model's scores for it (one row, float)."""
        if self._constraint is not None:
            scores = scores.masked_fill(~self._constraint.allowed().to(scores.device), float("-inf"))
        return int(scores.argmax()) if self._dice is None else _drawn(scores, self._options, self._dice)

    def take(self, token: int) -> str:
        """Count the token in; the text that may go out now."""
        self.tokens += 1
        if token in self._end_tokens:
            return self._finish("stop")
        text = self._stops.add(self._text.add(token))
        if self._stops.stopped:
            return text + self._finish("stop")
        if self._constraint is not None and not self._constraint.advance(token):
            return text + self._finish("stop")
        if self.tokens >= self._options.max_tokens:
            return text + self._finish("length")
        return text

    def _finish(self, reason: FinishReason) -> str:
        self.finish_reason = reason
        return self._stops.add(self._text.rest()) + self._stops.rest() if not self._stops.stopped else ""


def _dice(options: ReplyOptions) -> Any:
    """A generator of random numbers of this reply's own; None where the likeliest token is taken."""
    if options.temperature <= 0:
        return None
    dice = torch.Generator()
    if options.seed is None:
        dice.seed()
    else:
        dice.manual_seed(options.seed)
    return dice


def _drawn(scores: Any, options: ReplyOptions, dice: Any) -> int:
    """A token drawn by temperature from the smallest set that holds `top_p` of the probability."""
    shares, tokens = (scores.float().cpu() / options.temperature).softmax(-1).sort(descending=True)
    if options.top_p < 1:
        shares[shares.cumsum(-1) - shares > options.top_p] = 0
    return int(tokens[shares.multinomial(1, generator=dice)])
