"""A request to the local engine. It carries text from the engine's thread to the event loop that asked.

Free of torch, so that a local model can be configured without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Literal

from agents.conversation import Message
from agents.engine.sampling_params import SamplingParams
from agents.errors import ModelFailed
from agents.models.base import Usage
from agents.models.white_box import PLAIN, WhiteBox

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True)
class Finished:
    """The last output of a request that does not fail."""

    finish_reason: FinishReason
    usage: Usage


Output = str | Finished | ModelFailed


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

    @property
    def is_active(self) -> bool:
        """Whether there is more to generate, and someone still reads it."""
        return not (self.cancelled or self.finished)

    def send(self, text: str) -> None:
        """Send new text. Without `streaming` it waits for the end, so that the event loop is woken only once."""
        if self.streaming and text:
            self._put(text)
        elif text:
            self._unsent.append(text)

    def finish(self, end: Finished | ModelFailed) -> None:
        """Send the last output. Only the first call counts."""
        if not self.finished:
            self.finished = True
            self._put(*(["".join(self._unsent)] if self._unsent else []), end)

    async def stream(self) -> AsyncGenerator[str | Finished, None]:
        """Text as it comes, then `Finished`; raises the `ModelFailed` of a failed request."""
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
