"""One request while its reply is generated: a row of the batch it is in."""

from __future__ import annotations

from typing import Any

import torch

from agents.engine.detokenizer import Detokenizer, StopStrings
from agents.engine.request import EngineRequest, Finished, FinishReason
from agents.engine.structured_output import Grammar
from agents.models.base import Usage
from agents.models.white_box import Tap


class Sequence:
    """Grows token by token, sends the text of its tokens, and knows when its reply is over.

    `prompt_tokens` counts without padding. `grammar` is None where any text may be written, `generator` where the
    likeliest token is taken, and `finish_reason` while more tokens are to come.
    """

    def __init__(
        self,
        request: EngineRequest,
        tokenizer: Any,
        end_tokens: frozenset[int],
        grammar: Grammar | None,
        *,
        prompt_tokens: int,
        max_tokens: int,
    ) -> None:
        params = request.sampling_params
        self.request = request
        self.sampling_params = params
        self.grammar = grammar
        self.generator: torch.Generator | None = None
        if params.temperature > 0:
            self.generator = torch.Generator()
            if params.seed is None:
                self.generator.seed()
            else:
                self.generator.manual_seed(params.seed)
        self.prompt_tokens = prompt_tokens
        self.completion_tokens = 0
        self.max_tokens = max_tokens
        self.finish_reason: FinishReason | None = None
        self._end_tokens = end_tokens
        self._detokenizer = Detokenizer(tokenizer)
        self._stop_strings = StopStrings(params.stop)
        # If no one reads or searches the text before the end, decoding it once is cheaper.
        self._decode_at_end = not (request.streaming or params.stop)

    @property
    def is_running(self) -> bool:
        """Whether more tokens are wanted: the reply is not over, and someone reads it."""
        return self.finish_reason is None and self.request.is_active

    @property
    def due_taps(self) -> list[Tap]:
        """The taps that want the hidden state of the newest token."""
        taps = self.request.white_box.taps
        return [tap for tap in taps if tap.after_tokens == self.completion_tokens] if taps and self.is_running else []

    def append(self, token: int) -> None:
        """Add the next token, and send the text that it completes.

        An end token, a stop string and the end of the grammar finish the reply with "stop", `max_tokens` with "length".
        """
        text = ""
        self.completion_tokens += 1
        if token in self._end_tokens:
            self.finish_reason = "stop"
        else:
            if self._decode_at_end:
                self._detokenizer.defer(token)
            else:
                text = self._stop_strings.add(self._detokenizer.add(token))
            if self._stop_strings.found or (self.grammar is not None and not self.grammar.accept(token)):
                self.finish_reason = "stop"
            elif self.completion_tokens >= self.max_tokens:
                self.finish_reason = "length"
        if self.finish_reason is not None and not self._stop_strings.found:
            text += self._stop_strings.add(self._detokenizer.flush()) + self._stop_strings.flush()
        self.request.send(text)
        if self.finish_reason is not None:
            self.request.finish(Finished(self.finish_reason, Usage(self.prompt_tokens, self.completion_tokens)))
