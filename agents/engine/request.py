"""A request to the local engine. It carries text from the engine's thread to the event loop that asked.

Free of torch, so that a local model can be configured without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Literal

from agents.conversation import ImagePart, Message
from agents.engine.sampling_params import SamplingParams
from agents.errors import ModelFailed
from agents.images import Picture
from agents.models.base import JsonObject, Usage
from agents.models.white_box import PLAIN, Contrast, WhiteBox

PIXELS = "pixel_values"  # how every processor of transformers calls its normalised pixels

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class Finished:
    """The last output of a request that does not fail."""

    finish_reason: FinishReason
    usage: Usage


@dataclass(frozen=True)
class TokenLogprobs:
    """The log-probabilities of the tokens whose text comes next, in OpenAI's form."""

    content: list[JsonObject]


Output = str | TokenLogprobs | Finished | ModelFailed


@dataclass(frozen=True)
class Prompt:
    """What the model reads in one row of a batch: turns, and after how many steps of noise it sees their pictures."""

    messages: tuple[Message, ...]
    noise_step: int | None = None

    @property
    def pictures(self) -> list[Picture]:
        """Each picture, in order."""
        return [part.picture for turn in self.messages for part in turn.parts if isinstance(part, ImagePart)]


@dataclass(eq=False)
class EngineRequest:
    """The engine's threads call `send` and `finish`; the event loop reads `stream`, and sets `cancelled` on leaving."""

    messages: tuple[Message, ...]
    sampling_params: SamplingParams
    streaming: bool
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    outputs: asyncio.Queue[Output] = field(default_factory=asyncio.Queue)
    cancelled: bool = False
    finished: bool = False
    white_box: WhiteBox = PLAIN
    _unsent: list[str] = field(default_factory=list)
    _unsent_logprobs: list[JsonObject] = field(default_factory=list)

    @property
    def is_active(self) -> bool:
        """Whether there is more to generate, and someone still reads it."""
        return not (self.cancelled or self.finished)

    @property
    def contrast(self) -> Contrast | None:
        """What the reply is decoded against; None where that would be the same prompt because there is no picture."""
        contrast = self.white_box.contrast
        if contrast and contrast.noise_step is not None and not Prompt(contrast.messages or self.messages).pictures:
            return None
        return contrast

    @property
    def prompts(self) -> list[Prompt]:
        """What the model reads, a row each: the request's own turns, and those of the companion where there is one."""
        contrast = self.contrast
        own = Prompt(self.messages)
        return [own, Prompt(contrast.messages or self.messages, contrast.noise_step)] if contrast else [own]

    def send(self, text: str) -> None:
        """Send new text. Without `streaming` it waits for the end, so that the event loop is woken only once."""
        if self.streaming and text:
            self._put(text)
        elif text:
            self._unsent.append(text)

    def send_logprobs(self, content: list[JsonObject]) -> None:
        """Send the log-probabilities of the text that is sent next. They wait for the end where it does."""
        if self.streaming and content:
            self._put(TokenLogprobs(content))
        else:
            self._unsent_logprobs += content

    def finish(self, end: Finished | ModelFailed) -> None:
        """Send the last output. Only the first call counts."""
        if not self.finished:
            self.finished = True
            logprobs = [TokenLogprobs(self._unsent_logprobs)] if self._unsent_logprobs else []
            self._put(*logprobs, *(["".join(self._unsent)] if self._unsent else []), end)

    async def stream(self) -> AsyncGenerator[str | TokenLogprobs | Finished, None]:
        """Text as it comes, each piece after its log-probabilities, then `Finished`.

        Raises the `ModelFailed` of a failed request.
        """
        try:
            while True:
                output = await self.outputs.get()
                if isinstance(output, ModelFailed):
                    raise output
                yield output
                if isinstance(output, Finished):
                    return
        finally:
            self.cancelled = True

    def _put(self, *outputs: Output) -> None:
        """Queue outputs together: waking the event loop costs more than a token."""

        def put() -> None:
            for output in outputs:
                self.outputs.put_nowait(output)

        self.call(put)

    def call(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call on the event loop, after all that was sent before."""
        try:
            self.loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop is closed: no one is left to read
            self.cancelled = True
