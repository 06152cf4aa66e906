"""One request while its reply is generated: a row of the batch it is in, and a second one where it has a companion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

from agents.engine.detokenizer import Detokenizer, StopStrings
from agents.engine.logprobs import LogprobRecorder
from agents.engine.request import EngineRequest, Finished, FinishReason
from agents.engine.structured_output import Grammar
from agents.models.base import Usage
from agents.models.white_box import Contrast, Tap


class Sequence:
    """Grows token by token, sends the text of its tokens, and knows when its reply is over.

    `prompt_tokens` and `companion_tokens`, those of the companion's prompt, count without padding. `grammar` is None
    where any text may be written, `logprobs` where no one wants them, `generator` where the likeliest token is taken,
    and `finish_reason` while more tokens are to come.
    """

    def __init__(
        self,
        request: EngineRequest,
        tokenizer: Any,
        end_tokens: frozenset[int],
        grammar: Grammar | None,
        logprobs: LogprobRecorder | None = None,
        *,
        prompt_tokens: int,
        companion_tokens: int = 0,
        max_tokens: int,
    ) -> None:
        params = request.sampling_params
        self.request = request
        self.sampling_params = params
        self.grammar = grammar
        self.logprobs = logprobs
        self.generator: torch.Generator | None = None
        if params.temperature > 0:
            self.generator = torch.Generator()
            if params.seed is None:
                self.generator.seed()
            else:
                self.generator.manual_seed(params.seed)
        self.prompt_tokens = prompt_tokens
        self.companion_tokens = companion_tokens
        self.completion_tokens = 0
        self.max_tokens = max_tokens
        self.finish_reason: FinishReason | None = None
        self._end_tokens = end_tokens
        self._detokenizer = Detokenizer(tokenizer)
        self._stop_strings = StopStrings(params.stop)
        # If no one reads or searches the text before the end, decoding it once is cheaper.
        self._decode_at_end = not (request.streaming or params.stop or logprobs)
        self._decoded = self._sent = 0  # characters

    @property
    def leader(self) -> Sequence:
        """The sequence itself: whose tokens this row reads."""
        return self

    @property
    def rows(self) -> list[Row]:
        """Its rows of a batch, which come and go together."""
        contrast = self.request.contrast
        return [self, Companion(self, contrast)] if contrast else [self]

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
                text = self._decode(token)
            if self._stop_strings.found or (self.grammar is not None and not self.grammar.accept(token)):
                self.finish_reason = "stop"
            elif self.completion_tokens >= self.max_tokens:
                self.finish_reason = "length"
        if self.finish_reason is not None and not self._stop_strings.found:
            text += self._stop_strings.add(self._detokenizer.flush()) + self._stop_strings.flush()
        self._send(text)
        if self.finish_reason is not None:
            self.request.finish(Finished(self.finish_reason, self._usage))

    @property
    def _usage(self) -> Usage:
        """A companion reads its own prompt, and each token of the reply as well."""
        beside = self.companion_tokens and self.companion_tokens + self.completion_tokens
        return Usage(self.prompt_tokens, self.completion_tokens, companion_tokens=beside)

    def _decode(self, token: int) -> str:
        """The text that is safe to send once this token is read."""
        if self.logprobs is not None:
            self.logprobs.add(token, self._decoded)
        text = self._detokenizer.add(token)
        self._decoded += len(text)
        return self._stop_strings.add(text)

    def _send(self, text: str) -> None:
        """Send text with the log-probabilities of its tokens; a stop string's tokens stay unsaid, as its text does."""
        self._sent += len(text)
        if self.logprobs is not None:
            is_whole = self.finish_reason is not None and not self._stop_strings.found
            self.request.send_logprobs(self.logprobs.take(None if is_whole else self._sent))
        self.request.send(text)


@dataclass(frozen=True, eq=False)
class Companion:
    """The second row of a sequence that is decoded by contrast: it gives scores, and reads the tokens of its leader."""

    leader: Sequence
    contrast: Contrast
    due_taps: tuple[Tap, ...] = ()

    @property
    def request(self) -> EngineRequest:
        return self.leader.request

    @property
    def is_running(self) -> bool:
        return self.leader.is_running

    def append(self, token: int) -> None:
        """Nothing is left to do: the leader has taken the token."""


Row = Sequence | Companion


def running_rows(rows: Iterable[Row]) -> list[bool]:
    """Of each row, whether it is running. A call may be given up between two questions; both rows of a pair agree."""
    every = [*rows]
    running = {row.leader: row.is_running for row in every}
    return [running[row.leader] for row in every]
