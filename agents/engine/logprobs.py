"""The log-probabilities of a reply's tokens, in OpenAI's form (`choices[].logprobs.content`)."""

from __future__ import annotations

from collections.abc import Callable

import torch

from agents.models.base import JsonObject

LEAST = -9999.0  # what the API gives for a token that is all but impossible; JSON has no infinity


class LogprobRecorder:
    """Records each token of one reply with its log-probability, and with the `top` likeliest ones in its place.

    They are the model's own, as the API gives them: before the grammar, the temperature and any decoding method.
    `token_bytes` gives a token's text in UTF-8. A token is handed out with the text that it begins.
    """

    def __init__(self, top: int, token_bytes: Callable[[int], bytes]) -> None:
        self._top = top
        self._token_bytes = token_bytes
        self._logprobs = torch.empty(0)
        self._waiting: list[tuple[int, JsonObject]] = []

    def read(self, logits: torch.Tensor) -> None:
        """Take note of the model's scores for the next token: float32 [vocabulary]."""
        self._logprobs = logits.log_softmax(-1)

    def add(self, token: int, begins: int) -> None:
        """The token that was chosen, whose text begins at this character of the reply."""
        likeliest = self._logprobs.topk(self._top)
        top = zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True)
        entry = self._entry(token, float(self._logprobs[token]))
        self._waiting.append((begins, {**entry, "top_logprobs": [self._entry(*each) for each in top]}))

    def take(self, end: int | None) -> list[JsonObject]:
        """The tokens that begin before this character, once; all of them where it is None."""
        taken = [entry for begins, entry in self._waiting if end is None or begins < end]
        del self._waiting[: len(taken)]
        return taken

    def _entry(self, token: int, logprob: float) -> JsonObject:
        text = self._token_bytes(token)
        return {"token": text.decode(errors="replace"), "logprob": max(logprob, LEAST), "bytes": list(text)}
