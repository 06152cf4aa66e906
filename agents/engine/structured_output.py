"""Replies that follow a JSON schema while they are generated, by llguidance's token masks."""

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
MAX_COMPILED = 256  # schemas whose grammars are kept; agents have a handful


class SchemaUnsupported(ValueError):
    """A schema that cannot be compiled to a grammar."""


class GrammarCompiler:
    """Compiles JSON schemas for one tokenizer. `vocab_size` is the width of the model's logits."""

    def __init__(self, tokenizer: Any, vocab_size: int, end_tokens: frozenset[int]) -> None:
        self._tokenizer = from_tokenizer(tokenizer, n_vocab=vocab_size, eos_token=sorted(end_tokens))
        self._compiled = lru_cache(MAX_COMPILED)(self._matcher)

    def compile(self, schema: JsonObject) -> Grammar:
        """A fresh grammar for one reply; raises `SchemaUnsupported`."""
        return Grammar(self._compiled(json.dumps(schema)).deep_copy())

    def token_bytes(self, token: int) -> bytes:
        """The text of a token in UTF-8, which may be a part of a character."""
        return bytes(self._tokenizer.decode_bytes([token]))

    def _matcher(self, schema: str) -> LLMatcher:
        grammar = LLMatcher.grammar_from_json_schema(schema, overrides=SEPARATORS)
        matcher = LLMatcher(self._tokenizer, grammar, log_level=0)
        if matcher.is_error():
            raise SchemaUnsupported(matcher.get_error())
        return matcher


class Grammar:
    """The grammar of one reply, and how far the reply has come in it."""

    def __init__(self, matcher: LLMatcher) -> None:
        self._matcher = matcher

    def allowed_tokens(self) -> torch.Tensor:
        """Which tokens may come next: bool [vocabulary], on the CPU."""
        return torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8).bool()

    def mask(self, logits: torch.Tensor) -> None:
        """Set the logits of tokens that may not come next to minus infinity, in place. `logits` is [vocabulary]."""
        logits.masked_fill_(~self.allowed_tokens().to(logits.device), float("-inf"))

    def accept(self, token: int) -> bool:
        """Advance by a token. False where the grammar is complete, or the token does not fit."""
        return bool(self._matcher.consume_token(token)) and not self._matcher.is_stopped()
