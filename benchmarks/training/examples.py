"""Rows as the engine would see them, with the target behind: token ids, and loss on the target alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import pad

from agents.conversation import Message
from agents.engine.checkpoint import Checkpoint
from agents.engine.model_runner import ModelRunner
from agents.engine.request import Prompt

IGNORED = -100  # the label of a token that is no part of the target
PADDING = {"attention_mask": 0, "labels": IGNORED}  # other inputs by token are padded with zero, `input_ids` too


class PromptTooLong(ValueError):
    """A prompt and its target have `tokens` tokens together, and the checkpoint reads `limit`."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(f"with its target it has {tokens} tokens, and the checkpoint reads {limit}")
        self.tokens = tokens
        self.limit = limit


@dataclass(frozen=True)
class Encoder:
    """Turns conversations into the checkpoint's inputs, as the engine does."""

    checkpoint: Checkpoint

    @cached_property
    def _runner(self) -> ModelRunner:
        return ModelRunner("training", self.checkpoint)

    def prompt(self, messages: Sequence[Message]) -> dict[str, Tensor]:
        """The processor's inputs for one prompt, up to where the reply begins. By token they are [1, tokens]."""
        return self._runner.preprocess([Prompt(tuple(messages))])

    def example(self, messages: Sequence[Message], target: str) -> dict[str, Tensor]:
        """The prompt, the target and the token that ends it, with `labels`. Raises `PromptTooLong`."""
        inputs = self.prompt(messages)
        reply = torch.tensor([self.target(target)])
        prompt = inputs["input_ids"]
        length = prompt.shape[1] + reply.shape[1]
        if length > self.checkpoint.context_length:
            raise PromptTooLong(length, self.checkpoint.context_length)
        longer = {
            name: pad(tensor, (0, reply.shape[1])) if is_by_token(inputs, name) else tensor
            for name, tensor in inputs.items()
        }
        return longer | {
            "input_ids": torch.cat([prompt, reply], dim=1),
            "attention_mask": torch.ones((1, length), dtype=torch.long),
            "labels": torch.cat([torch.full_like(prompt, IGNORED), reply], dim=1),
        }

    def target(self, text: str) -> list[int]:
        """The token ids of a reply, with the one that ends it."""
        tokenizer = self.checkpoint.tokenizer
        return [*tokenizer(text, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]


def is_by_token(inputs: dict[str, Tensor], name: str) -> bool:
    """Whether this input has one number for each token, as `input_ids` has; the others are pictures."""
    return bool(inputs[name].shape == inputs["input_ids"].shape)


def collate(examples: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """One batch: inputs by token padded on the right to [examples, tokens], pictures one after another."""
    length = max(each["input_ids"].shape[1] for each in examples)

    def joined(name: str) -> Tensor:
        tensors = [each[name] for each in examples]
        if is_by_token(examples[0], name):
            value = PADDING.get(name, 0)
            tensors = [pad(each, (0, length - each.shape[1]), value=value) for each in tensors]
        return torch.cat(tensors)

    return {name: joined(name) for name in examples[0]}
