"""Collates examples into batches of token ids, padded on the right, with loss on the replies alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from agents.conversation import ImagePart, Message
from benchmarks.pocketworld.training.agent_examples import Example
from benchmarks.pocketworld.training.model import IMAGE_TOKENS
from benchmarks.pocketworld.training.tokenizer import END, IMAGE, START

IGNORED = -100
BATCHES = 3  # examples of similar length share a batch, so that little is padding


def chat_text(messages: Sequence[Message]) -> str:
    """The messages as the checkpoint's chat template renders them, up to where the reply begins."""
    turns = []
    for turn in messages:
        pictures = IMAGE * IMAGE_TOKENS * sum(isinstance(part, ImagePart) for part in turn.parts)
        text = "".join(part.text for part in turn.parts if not isinstance(part, ImagePart))
        turns.append(f"{START}{turn.role}\n{pictures}{text}{END}\n")
    return f"{''.join(turns)}{START}assistant\n"


@dataclass(frozen=True)
class EncodedExample:
    """One example in token ids. `pictures` are the indices of those that it shows, among the pictures of the step."""

    prompt: list[int]
    reply: list[int]
    pictures: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.prompt) + len(self.reply)


@dataclass(frozen=True)
class TrainingBatch:
    """Examples of similar length.

    ids, labels: (examples, tokens). Labels are IGNORED outside the replies.
    pictures: (pictures of all examples, in their order,), indices among the pictures of the step.
    """

    ids: Tensor
    labels: Tensor
    pictures: Tensor


@dataclass(frozen=True)
class Collator:
    """Turns examples into batches."""

    tokenizer: PreTrainedTokenizerFast

    def encode(self, examples: Sequence[Example], pictures: Sequence[tuple[int, ...]]) -> list[EncodedExample]:
        """The examples in token ids. `pictures` has the indices that each may show, of which it shows the first."""
        prompts = self._token_ids([chat_text(example.messages) for example in examples])
        replies = self._token_ids([example.reply + END for example in examples])
        return [
            EncodedExample(prompt, reply, indices[: example.pictures])
            for prompt, reply, indices, example in zip(prompts, replies, pictures, examples, strict=True)
        ]

    def batches(self, examples: Sequence[EncodedExample]) -> Iterator[TrainingBatch]:
        """The examples in a few batches, each of similar length."""
        ordered = sorted(examples, key=len)
        size = -(-len(ordered) // BATCHES)
        for start in range(0, len(ordered), size):
            rows = ordered[start : start + size]
            shape = (len(rows), max(map(len, rows)))
            ids = torch.full(shape, int(self.tokenizer.pad_token_id or 0))
            labels = torch.full(shape, IGNORED)
            for number, row in enumerate(rows):
                ids[number, : len(row)] = torch.tensor(row.prompt + row.reply)
                labels[number, len(row.prompt) : len(row)] = torch.tensor(row.reply)
            pictures = [index for row in rows for index in row.pictures]
            yield TrainingBatch(ids, labels, torch.tensor(pictures, dtype=torch.long))

    def _token_ids(self, texts: list[str]) -> list[list[int]]:
        encodings = self.tokenizer.backend_tokenizer.encode_batch(texts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]
