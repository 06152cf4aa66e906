"""Replies bound to a JSON schema while they are written, by llguidance's token masks."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import torch
from llguidance import LLMatcher
from llguidance.hf import from_tokenizer

from agents.models.base import JsonObject

# As `json.dumps` writes by default, which is how small models are taught; large ones do not mind.
SEPARATORS = {"item_separator": ", ", "key_separator": ": ", "whitespace_flexible": False}
GRAMMARS = 256  # compiled schemas that are kept; agents have a handful


class SchemaUnsupported(ValueError):
    """A schema that cannot be compiled to a grammar."""


class Grammars:
    """Compiles schemas for one tokenizer. `width` is how many scores the model gives a token step."""

    def __init__(self, tokenizer: Any, width: int, end_tokens: frozenset[int]) -> None:
        self._tokenizer = from_tokenizer(tokenizer, n_vocab=width, eos_token=sorted(end_tokens))
        self._compiled = lru_cache(GRAMMARS)(self._compile)

    def constraint(self, schema: JsonObject) -> Constraint:
        """A fresh constraint for one reply; raises `SchemaUnsupported`."""
        return Constraint(self._compiled(json.dumps(schema)).deep_copy())

    def _compile(self, schema: str) -> Any:
        matcher = LLMatcher(
            self._tokenizer, LLMatcher.grammar_from_json_schema(schema, overrides=SEPARATORS), log_level=0
        )
        if matcher.is_error():
            raise SchemaUnsupported(matcher.get_error())
        return matcher


class Constraint:
    """Where one reply stands in its grammar."""

    def __init__(self, matcher: Any) -> None:
        self._matcher = matcher

    def allowed(self) -> Any:
        """A boolean tensor over all tokens: those that may come next."""
        return torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8).bool()

    def advance(self, token: int) -> bool:
        """Take a token; False if the grammar is at its end, or cannot go on."""
        return bool(self._matcher.consume_token(token)) and not self._matcher.is_stopped()
