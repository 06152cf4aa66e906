"""Tokens to text while they come: nothing is let out that a later token could still change or take back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

HALF = "\ufffd"  # how a decoder shows a character whose last bytes are still missing


class TokenText:
    """Decodes token by token. Some tokenizers write a token differently after another, so pairs are decoded."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._context = 0
        self._told = 0

    def add(self, token: int) -> str:
        """The text that this token completes; empty in the middle of a character."""
        self._tokens.append(token)
        text = self._new()
        if text.endswith(HALF):
            return ""
        self._context, self._told = self._told, len(self._tokens)
        return text

    def keep(self, token: int) -> None:
        """Take a token whose text may wait for the rest."""
        self._tokens.append(token)

    def rest(self) -> str:
        """What is left when no more tokens come."""
        text = self._new()
        self._context = self._told = len(self._tokens)
        return text

    def _new(self) -> str:
        before = self._decode(self._tokens[self._context : self._told])
        return self._decode(self._tokens[self._context :])[len(before) :]

    def _decode(self, tokens: Sequence[int]) -> str:
        if not tokens:
            return ""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))


class StopWatch:
    """Ends a text before the first of its stop texts, and holds back what may become one."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = stop
        self._held = ""
        self.stopped = False

    def add(self, text: str) -> str:
        """The text that may go out now."""
        self._held += text
        found = [at for stop in self._stop if (at := self._held.find(stop)) >= 0]
        if found:
            self.stopped = True
            return self._let_go(min(found))
        return self._let_go(len(self._held) - max((self._begun(stop) for stop in self._stop), default=0))

    def rest(self) -> str:
        """What was held back, once nothing more comes."""
        return "" if self.stopped else self._let_go(len(self._held))

    def _let_go(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text

    def _begun(self, stop: str) -> int:
        """How many signs at the end of the held text are the beginning of a stop text."""
        longest = min(len(stop) - 1, len(self._held))
        return next((size for size in range(longest, 0, -1) if self._held.endswith(stop[:size])), 0)
