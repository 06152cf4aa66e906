"""A transformers checkpoint in this process: any image-text-to-text model, by path or hub id.

The core runs without torch: it is imported when a local model starts, and a missing part is a clear error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from agents.engine.request import Ending, Job
from agents.engine.sampling_params import read_options
from agents.errors import CheckpointUnavailable, ModelFailed
from agents.models.base import Chunk, Completion, JsonObject, ModelRequest
from agents.models.openai_format import Envelope
from agents.models.optional_packages import hide_broken_torchvision

if TYPE_CHECKING:
    from agents.engine.engine import Engine

WAITING = 256  # jobs that may be in the engine; the last of them waits minutes already
BUSY_RETRY_AFTER = 2.0  # seconds


class LocalModel:
    """Replies by a checkpoint on a thread of its own. Greedy, unless a request or `temperature` says otherwise.

    The hub is asked for files only with `local_files_only=False`. Cancelling a call stops its work within a token.
    """

    def __init__(
        self,
        name: str,
        *,
        checkpoint: str,
        device: str | None = None,
        local_files_only: bool = True,
        temperature: float = 0.0,
        waiting: int = WAITING,
    ) -> None:
        self._name = name
        self._checkpoint = checkpoint
        self._device = device
        self._local_files_only = local_files_only
        self._temperature = temperature
        self._waiting = waiting
        self._jobs: set[Job] = set()
        self._engine: Engine | None = None

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> None:
        """Load the weights. Raises `CheckpointUnavailable`."""
        engine = await asyncio.to_thread(self._build)
        await asyncio.wrap_future(engine.start())
        self._engine = engine

    async def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await asyncio.to_thread(engine.close)
            for job in self._jobs:
                job.end(ModelFailed(self._name, "cancelled"))

    async def complete(self, request: ModelRequest) -> Completion:
        pieces: list[str] = []
        async with aclosing(self._events(request, streaming=False)) as events:
            async for event in events:
                if isinstance(event, str):
                    pieces.append(event)
                else:
                    ending = event
        envelope = Envelope(self._name)
        return Completion(envelope.completion("".join(pieces), ending.usage, ending.finish_reason))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        envelope = Envelope(self._name)
        usage = read_options(self._name, request.options).usage
        yield Chunk(envelope.opening())
        async with aclosing(self._events(request, streaming=True)) as events:
            async for event in events:
                for body in _bodies(envelope, event, usage=usage):
                    yield Chunk(body)

    async def _events(self, request: ModelRequest, *, streaming: bool) -> AsyncGenerator[str | Ending, None]:
        engine = self._engine
        if engine is None:
            raise ModelFailed(self._name, "cancelled")
        if len(self._jobs) >= self._waiting:
            raise ModelFailed(self._name, "overloaded", retry_after=BUSY_RETRY_AFTER)
        options = read_options(self._name, request.options, temperature=self._temperature)
        job = Job(request.messages, options, streaming)
        self._jobs.add(job)
        try:
            engine.submit(job)
            async with aclosing(job.listen()) as events:
                async for event in events:
                    yield event
        finally:
            self._jobs.discard(job)

    def _build(self) -> Engine:
        hide_broken_torchvision()
        try:
            from agents.engine.engine import Engine  # noqa: PLC0415 torch is loaded only where it is used
        except ImportError as error:
            hint = f"no module {error.name!r}: pip install 'situguard[local]'"
            raise CheckpointUnavailable(self._checkpoint, hint) from error
        return Engine(self._name, self._checkpoint, device=self._device, local_files_only=self._local_files_only)


def _bodies(envelope: Envelope, event: str | Ending, *, usage: bool) -> list[JsonObject]:
    if isinstance(event, str):
        return [envelope.piece(event)]
    ending = [envelope.ending(event.finish_reason)]
    return [*ending, envelope.accounts(event.usage)] if usage else ending
