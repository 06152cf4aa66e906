"""Pictures as a processor made them lately: calls about one picture decode it and resize it once.

For a picture of four million pixels that takes longer than all that the embedded model does with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
from PIL.Image import Image, new

from agents.engine.chat_template import decode_picture
from agents.engine.prefill import PADDED
from agents.engine.recently_used import RecentlyUsed
from agents.engine.request import PIXELS, Prompt
from agents.images import Picture

MOST_BYTES = 2**26  # 64 MiB: 49 pictures of 336 x 336 pixels, 341 of the embedded model

Inputs = dict[str, torch.Tensor]
Process = Callable[[Prompt, Callable[[Picture], Image]], Inputs]
"""Makes a processor's tensors of one prompt, given what decodes its pictures."""


class PreparedPictures:
    """For processors that make one row of pixels of each picture, and as many tokens as the row's size asks for.

    Where one says more of a picture than its pixels (Pixtral: its size), nothing is kept.
    """

    def __init__(self, process: Process) -> None:
        self._process = process
        self._kept = RecentlyUsed(MOST_BYTES)

    def prepare(self, prompt: Prompt) -> Inputs:
        """What `process` makes of the prompt. In place of known pictures it gets blank ones of their prepared size."""
        pictures = [picture.digest.encode() for picture in prompt.pictures]
        known = {picture: self._kept[picture] for picture in pictures if picture in self._kept}
        self._kept.use(known)
        inputs = self._process(prompt, partial(_decode, known))
        if inputs.keys() != {*PADDED, PIXELS}:  # no picture, or more is said of it than its pixels
            return inputs
        pixels = inputs[PIXELS]
        if any(row.shape != pixels.shape[1:] for row in known.values()):  # beside others it may be prepared otherwise
            return self._process(prompt, decode_picture)
        rows = dict(zip(pictures, pixels, strict=True)) | known
        for picture, row in rows.items():
            if picture not in known:
                self._kept.put(picture, row.clone())
        return {**inputs, PIXELS: torch.stack([rows[picture] for picture in pictures])}


def _decode(known: Mapping[bytes, torch.Tensor], picture: Picture) -> Image:
    row = known.get(picture.digest.encode())
    if row is None:
        return decode_picture(picture)
    height, width = row.shape[-2:]
    return new("RGB", (width, height))
