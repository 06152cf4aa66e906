"""What a vision encoder made of the pictures that were read lately: calls about one picture encode it once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutputWithPooling

from agents.engine.checkpoint import Checkpoint
from agents.engine.recently_used import RecentlyUsed


def picture_hashes(pictures: Mapping[str, torch.Tensor]) -> tuple[bytes, ...]:
    """SHA-256 of each picture as the encoder gets it: its row of all inputs, which lie on the CPU."""
    names = sorted(pictures)
    rows = zip(*(pictures[name] for name in names), strict=True)
    return tuple(_hash_of(zip(names, row, strict=True)) for row in rows)


def _hash_of(row: Iterator[tuple[str, torch.Tensor]]) -> bytes:
    digest = hashlib.sha256()
    for name, tensor in row:
        digest.update(repr((name, tensor.dtype, tuple(tensor.shape))).encode())
        digest.update(tensor.contiguous().view(torch.uint8).numpy())
    return digest.digest()


class PictureFeatures:
    """Stands before a checkpoint's encoder while `serving`, and has only those pictures encoded that are new."""

    def __init__(self, checkpoint: Checkpoint, most_bytes: int) -> None:
        self._model = checkpoint.model.base_model
        self._kept = RecentlyUsed(most_bytes)

    @contextmanager
    def serving(self, pictures: Sequence[bytes]) -> Iterator[None]:
        """While the model reads a batch with these pictures, one after another, each by its hash."""
        if not pictures:
            yield
            return
        encode = self._model.get_image_features
        self._model.get_image_features = partial(self._features, encode, pictures)
        try:
            yield
        finally:
            del self._model.get_image_features  # the class's own shows again

    def _features(
        self, encode: Any, pictures: Sequence[bytes], pixel_values: torch.Tensor, **options: Any
    ) -> BaseModelOutputWithPooling:
        """In the encoder's place: the features of all pictures, [tokens, width] each.

        Options that are tensors have a row for each picture.
        """
        features = {picture: self._kept[picture] for picture in pictures if picture in self._kept}
        self._kept.use(features)
        new = {picture: row for row, picture in enumerate(pictures) if picture not in features}
        if new:
            rows = [*new.values()]
            chosen = {name: value[rows] if torch.is_tensor(value) else value for name, value in options.items()}
            encoded = encode(pixel_values=pixel_values[rows], **chosen).pooler_output
            for picture, each in zip(new, encoded, strict=True):
                features[picture] = each
                self._kept.put(picture, each.clone())  # a row is a view, which would keep the memory of all
        return BaseModelOutputWithPooling(pooler_output=[features[picture] for picture in pictures])
