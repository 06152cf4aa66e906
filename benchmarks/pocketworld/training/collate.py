"""Examples as tensors: rows of token ids padded on the right, with loss on the replies alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from agents.conversation import ImagePart, Message
from benchmarks.pocketworld.training.agent_examples import Example
from benchmarks.pocketworld.training.model import PATCHES
from benchmarks.pocketworld.training.tokenizer import END, IMAGE, START

IGNORED = -100
BINS = 3  # rows of like length go together, so that little is padding


def chat_text(messages: Sequence[Message]) -> str:
    """What the checkpoint's chat template makes of the messages, up to where the reply begins."""
    turns = "".join(f"{START}{turn.role}\n{_content(turn)}{END}\n" for turn in messages)
    return f"{turns}{START}assistant\n"


def _content(turn: Message) -> str:
    pictures = IMAGE * PATCHES * sum(isinstance(part, ImagePart) for part in turn.parts)
    return pictures + "".join(part.text for part in turn.parts if not isinstance(part, ImagePart))


@dataclass(frozen=True)
class Row:
    """One example in tokens. `picture`: which of the step's pictures it shows, None for none."""

    prompt: list[int]
    reply: list[int]
    picture: int | None

    def __len__(self) -> int:
        return len(self.prompt) + len(self.reply)


@dataclass(frozen=True)
class Batch:
    """Ids and labels, rows by positions; `pictures` in the rows' order, for the rows that show one."""

    ids: Tensor
    labels: Tensor
    pictures: Tensor


@dataclass(frozen=True)
class Encoder:
    """Turns examples into batches."""

    tokenizer: PreTrainedTokenizerFast

    def rows(self, examples: Sequence[Example], pictures: Sequence[int | None]) -> list[Row]:
        prompts = self._encoded([chat_text(example.messages) for example in examples])
        replies = self._encoded([example.reply + END for example in examples])
        return [
            Row(prompt, reply, picture if example.shown else None)
            for prompt, reply, picture, example in zip(prompts, replies, pictures, examples, strict=True)
        ]

    def batches(self, rows: Sequence[Row]) -> Iterator[Batch]:
        """The rows in a few batches of like length."""
        ordered = sorted(rows, key=len)
        size = -(-len(ordered) // BINS)
        for start in range(0, len(ordered), size):
            yield self._padded(ordered[start : start + size])

    def _padded(self, rows: Sequence[Row]) -> Batch:
        length = max(map(len, rows))
        ids = torch.full((len(rows), length), int(self.tokenizer.pad_token_id or 0))
        labels = torch.full((len(rows), length), IGNORED)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = torch.tensor(row.prompt + row.reply)
            labels[number, len(row.prompt) : len(row)] = torch.tensor(row.reply)
        return Batch(
            ids, labels, torch.tensor([row.picture for row in rows if row.picture is not None], dtype=torch.long)
        )

    def _encoded(self, texts: list[str]) -> list[list[int]]:
        core = self.tokenizer.backend_tokenizer
        return [encoding.ids for encoding in core.encode_batch(texts, add_special_tokens=False)]
