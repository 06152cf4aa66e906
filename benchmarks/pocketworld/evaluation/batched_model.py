"""A checkpoint that answers many questions in one batch, for evaluation.

It follows the protocol of every other model, so that the agents can use it. Decoding is greedy, in float32, and not
constrained to a schema.
"""

import asyncio
import io
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import torch
from PIL import Image

from agents.conversation import ImagePart, Message
from agents.models.base import Chunk, Completion, ModelRequest
from benchmarks.pocketworld.training.model import PocketCheckpoint

BATCH_SIZE = 48  # prompts
WAIT_SECONDS = 0.02  # for more prompts to arrive
LONGEST_REPLY = 96  # tokens; every reply in Pocket World is shorter


class BatchedModel:
    """Collects the requests that arrive while a batch is running, and answers them in the next one."""

    def __init__(self, folder: Path) -> None:
        self._model, self._processor = PocketCheckpoint(folder).load()
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
        message = {"role": "assistant", "content": await reply}
        return Completion({"choices": [{"message": message, "finish_reason": "stop"}]})

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        """The whole reply in one piece."""
        text = (await self.complete(request)).text
        yield Chunk({"choices": [{"delta": {"content": text}}]})

    async def start(self) -> None:
        """Nothing to do: the model is loaded on construction."""

    async def close(self) -> None:
        """Nothing to do."""

    async def _answer(self) -> None:
        """Answer batch after batch until nobody is waiting."""
        while self._waiting:
            await asyncio.sleep(WAIT_SECONDS)
            # Prompts of similar length share a batch, so that little is padding.
            self._waiting.sort(key=lambda each: sum(len(message.text) for message in each[0]))
            batch, self._waiting = self._waiting[:BATCH_SIZE], self._waiting[BATCH_SIZE:]
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
