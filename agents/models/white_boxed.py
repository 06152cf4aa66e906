"""Taps or a contrast for every request of a local model, by wrapping it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from agents.models.base import ChatModel, Chunk, Completion, ModelRequest
from agents.models.resilience import Wrapped
from agents.models.white_box import Contrast, Tap


class WhiteBoxed(Wrapped):
    """A local model that hands out hidden states (`taps`), or decodes each reply against a companion (`contrast`).

    Both are added to what a request itself wants of the model's inside.
    """

    def __init__(self, model: ChatModel, *, taps: tuple[Tap, ...] = (), contrast: Contrast | None = None) -> None:
        super().__init__(model)
        self._taps = taps
        self._contrast = contrast

    async def complete(self, request: ModelRequest) -> Completion:
        return await self._model.complete(self._opened(request))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Chunk, None]:
        async with aclosing(self._model.stream(self._opened(request))) as chunks:
            async for chunk in chunks:
                yield chunk

    def _opened(self, request: ModelRequest) -> ModelRequest:
        box = request.white_box
        taps, contrast = (*box.taps, *self._taps), self._contrast or box.contrast
        return replace(request, white_box=replace(box, taps=taps, contrast=contrast))
