"""Decoding by contrast for every request of a model, by wrapping it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.resilience import Wrapped
from agents.models.white_box import Contrast


class Contrasting(Wrapped):
    """A local model that decodes each reply against a companion (`agents.models.white_box.Contrast`)."""

    def __init__(self, model: ChatModel, contrast: Contrast) -> None:
        super().__init__(model)
        self._contrast = contrast

    async def complete(self, request: ModelRequest) -> Completion:
        return await self._model.complete(self._contrasted(request))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        async with aclosing(self._model.stream(self._contrasted(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    def _contrasted(self, request: ModelRequest) -> ModelRequest:
        return replace(request, white_box=replace(request.white_box, contrast=self._contrast))
