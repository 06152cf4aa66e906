"""A transformers checkpoint in this process: any image-text-to-text model, by path or hub id.

The core runs without torch. It is imported when a local model starts, and a missing package is a clear error.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from agents.engine.request import EngineRequest, Finished, TokenLogprobs
from agents.engine.sampling_params import SamplingParams
from agents.errors import CheckpointUnavailable, ModelFailed
from agents.models.base import Chunk, Completion, JsonObject, ModelRequest
from agents.models.openai_format import Envelope, wants_usage
from agents.models.optional_packages import hide_broken_torchvision

if TYPE_CHECKING:
    from agents.engine.engine import Engine

MAX_REQUESTS = 256  # in the engine at once; the last of them already waits for minutes
BUSY_RETRY_AFTER = 2.0  # seconds


class LocalModel:
    """Replies from a checkpoint that runs on its own thread. Greedy, unless a request or `temperature` says otherwise.

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
        max_requests: int = MAX_REQUESTS,
    ) -> None:
        self._name = name
        self._checkpoint = checkpoint
        self._device = device
        self._local_files_only = local_files_only
        self._temperature = temperature
        self._max_requests = max_requests
        self._requests: set[EngineRequest] = set()
        self._engine: Engine | None = None

    @property
    def name(self) -> str:
        return self._name

    async def start(self) -> None:
        """Load the weights. Raises `CheckpointUnavailable`."""
        engine = await asyncio.to_thread(self._build_engine)
        await asyncio.wrap_future(engine.start())
        self._engine = engine

    async def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            await asyncio.to_thread(engine.close)
            for request in self._requests:
                request.finish(ModelFailed(self._name, "cancelled"))

    async def complete(self, request: ModelRequest) -> Completion:
        texts: list[str] = []
        logprobs: list[JsonObject] = []
        async with aclosing(self._generate(request, streaming=False)) as outputs:
            async for output in outputs:
                if isinstance(output, str):
                    texts.append(output)
                elif isinstance(output, TokenLogprobs):
                    logprobs += output.content
                else:
                    end = output
        body = Envelope(self._name).completion("".join(texts), end.usage, end.finish_reason, logprobs)
        return Completion(body)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        envelope = Envelope(self._name)
        SamplingParams.from_options(self._name, request.options)  # refuses what it must before the first chunk
        yield Chunk(envelope.opening())
        logprobs: list[JsonObject] = []
        async with aclosing(self._generate(request, streaming=True)) as outputs:
            async for output in outputs:
                if isinstance(output, TokenLogprobs):
                    logprobs = output.content
                    continue
                if isinstance(output, str):
                    yield Chunk(envelope.piece(output, logprobs))
                    logprobs = []
                    continue
                yield Chunk(envelope.ending(output.finish_reason, logprobs))
                if wants_usage(request.options.get("stream_options")):
                    yield Chunk(envelope.accounts(output.usage))

    async def _generate(
        self, request: ModelRequest, *, streaming: bool
    ) -> AsyncGenerator[str | TokenLogprobs | Finished, None]:
        if self._engine is None:
            raise ModelFailed(self._name, "cancelled")
        if len(self._requests) >= self._max_requests:
            raise ModelFailed(self._name, "overloaded", retry_after=BUSY_RETRY_AFTER)
        params = SamplingParams.from_options(self._name, request.options, temperature=self._temperature)
        submitted = EngineRequest(request.messages, params, streaming, white_box=request.white_box)
        self._requests.add(submitted)
        try:
            self._engine.submit(submitted)
            async with aclosing(submitted.stream()) as outputs:
                async for output in outputs:
                    yield output
        finally:
            self._requests.discard(submitted)

    def _build_engine(self) -> Engine:
        """Imports torch, which takes seconds: not for the event loop."""
        hide_broken_torchvision()
        try:
            from agents.engine.engine import Engine  # noqa: PLC0415 torch is loaded only where it is used
        except ImportError as error:
            hint = f"no module {error.name!r}: install situguard[local]"
            raise CheckpointUnavailable(self._checkpoint, hint) from error
        return Engine(self._name, self._checkpoint, device=self._device, local_files_only=self._local_files_only)
