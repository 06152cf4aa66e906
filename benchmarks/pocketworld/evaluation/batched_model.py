"""A checkpoint that answers many questions at once, without any constraint on what it writes: for measuring it.

Behind the same protocol as every other model, so the product's own agents can ask. Greedy, float32.
"""

import asyncio
import io
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import torch
from PIL import Image

from agents.conversation import ImagePart, Message
from agents.models.base import Chunk, Completion, ModelRequest
from benchmarks.pocketworld.training.model import Checkpoint

TOGETHER = 48  # prompts in one batch
PATIENCE = 0.02  # seconds to wait for more prompts
LONGEST_REPLY = 96  # tokens; every reply of this world is shorter


class BatchedModel:
    """Collects what is asked while nobody answers, and answers it in one batch."""

    def __init__(self, folder: Path) -> None:
        self._model, self._processor = Checkpoint(folder).load()
        self._model.eval()
        self._waiting: list[tuple[Sequence[Message], asyncio.Future[str]]] = []
        self._answering: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return "pocket"

    async def complete(self, request: ModelRequest) -> Completion:
        reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((request.messages, reply))
        if self._answering is None or self._answering.done():
            self._answering = asyncio.create_task(self._answer())
        return Completion({"choices": [{"message": {"role": "assistant", "content": await reply}}]})

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        """The whole reply in one piece."""
        text = (await self.complete(request)).text
        yield Chunk({"choices": [{"delta": {"content": text}}]})

    async def start(self) -> None:
        """Loaded when made."""

    async def close(self) -> None:
        """Nothing to free."""

    async def _answer(self) -> None:
        while self._waiting:
            await asyncio.sleep(PATIENCE)
            # Prompts of like length go together: padding is paid for.
            self._waiting.sort(key=lambda each: sum(len(message.text) for message in each[0]))
            batch, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
            replies = await asyncio.to_thread(self._replies, [messages for messages, _ in batch])
            for (_, reply), text in zip(batch, replies, strict=True):
                reply.set_result(text)

    def _replies(self, prompts: Sequence[Sequence[Message]]) -> list[str]:
        inputs = self._processor.apply_chat_template(
            [[_turn(message) for message in messages] for messages in prompts],
            add_generation_prompt=True,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            processor_kwargs={"padding": True},
        )
        with torch.inference_mode():
            written = self._model.generate(**inputs, max_new_tokens=LONGEST_REPLY, do_sample=False)
        texts = self._processor.batch_decode(written[:, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        return [str(text) for text in texts]


def _turn(message: Message) -> dict[str, object]:
    content: list[dict[str, object]] = [
        {"type": "image", "image": Image.open(io.BytesIO(part.picture.data)).convert("RGB")}
        if isinstance(part, ImagePart)
        else {"type": "text", "text": part.text}
        for part in message.parts
    ]
    return {"role": message.role, "content": content}
