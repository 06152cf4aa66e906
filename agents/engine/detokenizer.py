"""Tokens to text while they come: no text goes out that a later token could still change or take back."""

from __future__ import annotations

from typing import Any

REPLACEMENT = "\ufffd"  # how a tokenizer decodes a character whose last bytes are still to come


class Detokenizer:
    """Decodes token by token.

    Some tokenizers write a token differently after another one. So the newest tokens are decoded together with those
    just before them, and the text of the earlier ones is cut off, as vLLM does it.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._prefix_offset = 0  # the first token that is decoded again
        self._read_offset = 0  # tokens whose text has been returned

    def add(self, token: int) -> str:
        """The text that this token completes; empty in the middle of a character."""
        self._tokens.append(token)
        text = self._new_text()
        if text.endswith(REPLACEMENT):
            return ""
        self._prefix_offset, self._read_offset = self._read_offset, len(self._tokens)
        return text

    def defer(self, token: int) -> None:
        """Take a token whose text is wanted only with `flush`."""
        self._tokens.append(token)

    def flush(self) -> str:
        """The text that is left when no more tokens come, half a character included."""
        text = self._new_text()
        self._prefix_offset = self._read_offset = len(self._tokens)
        return text

    def _new_text(self) -> str:
        prefix = self._decode(self._tokens[self._prefix_offset : self._read_offset])
        return self._decode(self._tokens[self._prefix_offset :])[len(prefix) :]

    def _decode(self, tokens: list[int]) -> str:
        if not tokens:
            return ""
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))


class StopStrings:
    """Ends a text before the first of its stop strings, and holds back what may turn out to be the start of one."""

    def __init__(self, stop: tuple[str, ...]) -> None:
        self._stop = stop
        self._held = ""
        self.found = False

    def add(self, text: str) -> str:
        """The text that is safe to send now."""
        self._held += text
        positions = [at for stop in self._stop if (at := self._held.find(stop)) >= 0]
        if positions:
            self.found = True
            return self._release(min(positions))
        # Hold back the longest end of the text that is the beginning of a stop string.
        kept = 0
        for stop in self._stop:
            longest = min(len(stop) - 1, len(self._held))
            kept = max(kept, next((n for n in range(longest, 0, -1) if self._held.endswith(stop[:n])), 0))
        return self._release(len(self._held) - kept)

    def flush(self) -> str:
        """The text held back, once nothing more comes; empty after a stop string."""
        return "" if self.found else self._release(len(self._held))

    def _release(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text
